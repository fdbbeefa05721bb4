package dev.dotori.socialshare;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How social-share is set up. {@code docs/configuration.md} lists the environment's names. */
@ConfigMapping(prefix = "dotori.social-share")
public interface SocialShareConfig {

  /**
   * The base URL under which the networks send members back: the gateway's public URL. {@code
   * <this>/v1/social/connections/<network>/callback} must be registered with each network's app.
   */
  @WithDefault("${dotori.gateway-url:http://127.0.0.1:8080}")
  URI callbackBaseUrl();

  /** Prefixes of the URLs to which a member may be sent back in the end. Empty: none. */
  Optional<List<URI>> returnToAllowed();

  /**
   * Base64 of the 32 bytes under which tokens are stored (AES-256-GCM). Required, but not by a
   * process that only migrates the schema.
   */
  Optional<String> tokenEncryptionKey();

  /** The name of that key, stored beside each token; at most 16 characters. */
  @WithDefault("1")
  String tokenEncryptionKeyId();

  /** Former keys by their names: they decrypt, and never encrypt. */
  Map<String, String> retiredTokenEncryptionKeys();

  /** How long a member may take at a network's consent page. */
  @WithDefault("10m")
  Duration stateLifetime();

  /** The longest wait for a connection to a network or to the media service. */
  @WithDefault("2s")
  Duration connectTimeout();

  /** The longest wait for a network's answer. */
  @WithDefault("20s")
  Duration requestTimeout();

  /** Facebook, through its Graph API. */
  Facebook facebook();

  /** X, through its API v2. */
  X x();

  /** How shares are sent. */
  Dispatch dispatch();

  /** The app at Facebook. */
  interface Facebook {

    /** The app's id. Absent: Facebook is not offered. */
    Optional<String> clientId();

    /** The app's secret; required with the id. */
    Optional<String> clientSecret();

    /** The Graph API. */
    @WithDefault("https://graph.facebook.com")
    URI apiBaseUrl();

    /** Where members consent, and where posts are shown. */
    @WithDefault("https://www.facebook.com")
    URI dialogBaseUrl();

    /** The Graph API's version. */
    @WithDefault("v23.0")
    String apiVersion();
  }

  /** The app at X. */
  interface X {

    /** The app's OAuth 2.0 client id. Absent: X is not offered. */
    Optional<String> clientId();

    /** The secret of a confidential client. Absent: a public one. */
    Optional<String> clientSecret();

    /** The API v2. */
    @WithDefault("https://api.x.com")
    URI apiBaseUrl();

    /** Where members consent, and where posts are shown. */
    @WithDefault("https://x.com")
    URI dialogBaseUrl();
  }

  /** How shares are sent. */
  interface Dispatch {

    /** Whether this process sends shares; an API process beside workers doesn't. */
    @WithDefault("true")
    boolean enabled();

    /** How often due shares are looked for. A new one is started at once. */
    @WithDefault("1s")
    Duration interval();

    /** How many shares this process sends at a time. */
    @WithDefault("8")
    int concurrency();

    /** How long a share belongs to the worker that took it: longer than an attempt may take. */
    @WithDefault("3m")
    Duration lease();

    /** Attempts until a share is given up; the author's retry grants as many again. */
    @WithDefault("10")
    int maxAttempts();

    /** The wait after a first failed attempt, doubled after each. */
    @WithDefault("5s")
    Duration firstBackoff();

    /** The longest such wait. A time that the network names wins over both. */
    @WithDefault("15m")
    Duration maxBackoff();

    /** How long the network gets, after a request without an answer, until it is asked for it. */
    @WithDefault("15s")
    Duration settleTime();
  }
}
