package dev.dotori.members.token;

import dev.dotori.api.Role;
import dev.dotori.members.MembersConfig;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Issues the tokens that every service accepts. */
@ApplicationScoped
public class AccessTokens {

  /** The claim that names the session a member's token belongs to. */
  public static final String SESSION_CLAIM = "sid";

  /** The {@code aud} of every token: all of Dotori's services. */
  static final String AUDIENCE = "dotori";

  private final SigningKeys keys;
  private final String issuer;
  private final Duration lifetime;

  AccessTokens(
      SigningKeys keys,
      MembersConfig config,
      @ConfigProperty(name = "dotori.issuer") String issuer) {
    this.keys = keys;
    this.issuer = issuer;
    this.lifetime = config.tokens().lifetime();
  }

  /** A token for a member who is signed in. */
  public AccessToken forMember(UUID memberId, UUID sessionId) {
    return sign(
        Jwt.subject(memberId.toString())
            .groups(Role.MEMBER.claim())
            .claim(SESSION_CLAIM, sessionId.toString()));
  }

  /** A token for a client that has shown its secret. */
  public AccessToken forClient(Client client) {
    return sign(
        Jwt.subject(client.subject())
            .groups(client.role().claim())
            .claim("client_id", client.clientId()));
  }

  private AccessToken sign(JwtClaimsBuilder claims) {
    Instant now = Instant.now();
    SigningKey key = keys.signing(now);
    String token =
        claims
            .issuer(issuer)
            .audience(Set.of(AUDIENCE))
            .issuedAt(now)
            .expiresAt(now.plus(lifetime))
            .jws()
            .keyId(key.kid())
            .algorithm(SignatureAlgorithm.ES256)
            .sign(key.privateKey());
    return new AccessToken(token, lifetime);
  }
}
