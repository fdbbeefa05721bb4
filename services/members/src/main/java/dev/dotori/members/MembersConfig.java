package dev.dotori.members;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Everything that can be configured of the members service. */
@ConfigMapping(prefix = "dotori.members")
public interface MembersConfig {

  /**
   * The key that seals the signing keys in the database: 32 random bytes in base64. Required in
   * production. All replicas need the same one, and it can't be exchanged while keys are sealed
   * under it.
   */
  Optional<String> keyEncryptionKey();

  /** The client that runs the platform: opens stores, sees every member. */
  Operator operator();

  /** The secrets by which the other services get tokens of their own. */
  ServiceSecrets serviceSecrets();

  /** The tokens that this service issues. */
  Tokens tokens();

  /** Members' passwords. */
  Password password();

  /** Members' sessions. */
  Session session();

  /** How many failed sign-ins are borne. */
  SignIn signIn();

  /** Setting a password by mail. */
  Claims claims();

  /** The operator client. */
  interface Operator {

    /** Its client id. */
    @WithDefault("operator")
    String clientId();

    /** Its client secret, at least 24 characters. Required in production. */
    Optional<String> clientSecret();
  }

  /** One secret per service, at least 24 characters; a service without one gets no token. */
  interface ServiceSecrets {

    /** Secret of the client {@code gateway}. */
    Optional<String> gateway();

    /** Secret of the client {@code points}. */
    Optional<String> points();

    /** Secret of the client {@code posting}. */
    Optional<String> posting();

    /** Secret of the client {@code social-share}. */
    Optional<String> socialShare();

    /** Secret of the client {@code media}. */
    Optional<String> media();

    /** The secrets that are set, by the name of the service. */
    default Map<String, String> byService() {
      return Stream.of(
              Map.entry("gateway", gateway()),
              Map.entry("points", points()),
              Map.entry("posting", posting()),
              Map.entry("social-share", socialShare()),
              Map.entry("media", media()))
          .filter(service -> service.getValue().isPresent())
          .collect(
              Collectors.toUnmodifiableMap(
                  Map.Entry::getKey, service -> service.getValue().orElseThrow()));
    }
  }

  /** Access tokens and the keys that sign them. */
  interface Tokens {

    /** How long an access token is good for. It can't be called back within that time. */
    @WithDefault("10m")
    Duration lifetime();

    /** How long a key signs before the next one is made. */
    @WithDefault("30d")
    Duration keyRotation();

    /**
     * How long a new key is published before it signs. Longer than verifiers keep the key set (an
     * hour by default), so that none meets a token whose key it does not know.
     */
    @WithDefault("75m")
    Duration keyPublishedAhead();

    /** How long the public may keep the key set. */
    @WithDefault("5m")
    Duration keySetMaxAge();
  }

  /** Rules for passwords. */
  interface Password {

    /** The fewest characters. */
    @WithDefault("8")
    int minLength();

    /** bcrypt's cost: each step more doubles the work of a guess, and of a sign-in. */
    @WithDefault("11")
    int cost();

    /** How long a request waits for its turn to hash before it is told to come back. */
    @WithDefault("5s")
    Duration patience();
  }

  /** Rules for sessions. */
  interface Session {

    /** How long a session that is not refreshed can still be. */
    @WithDefault("30d")
    Duration idle();

    /** When a session ends at the latest and the member signs in anew. */
    @WithDefault("180d")
    Duration lifetime();
  }

  /** Rules for setting a password by mail. */
  interface Claims {

    /** How long the token in a mail works. */
    @WithDefault("1h")
    Duration lifetime();

    /** How long after a mail was asked for an address gets no other one. */
    @WithDefault("5m")
    Duration quiet();

    /**
     * The address of the page on which a member sets the password, with {@code {token}} where the
     * token goes. Without one the mail holds the token itself.
     */
    Optional<String> link();
  }

  /** Limits on failed sign-ins, each per window. */
  interface SignIn {

    /** How long failures count. */
    @WithDefault("15m")
    Duration window();

    /** Failures for one e-mail from one address. */
    @WithDefault("10")
    int perEmailAndAddress();

    /** Failures for one e-mail from anywhere: far more, so that a stranger can't lock it easily. */
    @WithDefault("100")
    int perEmail();

    /** Failures from one address (IPv6: from one /64). */
    @WithDefault("100")
    int perAddress();
  }
}
