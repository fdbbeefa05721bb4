package dev.dotori.local.test;

import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;

/** Tokens as the members service issues them, and the broken ones that must be refused. */
public final class TestTokens {

  private static final Duration LIFETIME = Duration.ofMinutes(10);

  private TestTokens() {}

  /** A member's token. */
  public static String member(UUID id) {
    return sign(claims(id.toString(), "member"));
  }

  /** A store's token. */
  public static String store(UUID id) {
    return sign(claims(id.toString(), "store"));
  }

  /** An operator's token. */
  public static String operator() {
    return sign(claims("operator", "operator"));
  }

  /** The token of a service that calls another. */
  public static String service(String name) {
    return sign(claims(name, "service"));
  }

  /** A member's token that was valid until a minute ago. */
  public static String expired(UUID id) {
    return sign(
        claims(id.toString(), "member")
            .issuedAt(Instant.now().minus(LIFETIME))
            .expiresAt(Instant.now().minusSeconds(60)));
  }

  /** A member's token that is valid for so long yet. */
  public static String expiringIn(UUID id, Duration left) {
    return sign(claims(id.toString(), "member").expiresAt(Instant.now().plus(left)));
  }

  /** A member's token of another issuer, signed with the right key. */
  public static String ofAnotherIssuer(UUID id) {
    return sign(claims(id.toString(), "member").issuer("https://issuer.invalid"));
  }

  /** A member's token for another audience. */
  public static String forAnotherAudience(UUID id) {
    return sign(claims(id.toString(), "member").audience("another"));
  }

  /** What a forger sends who hopes that {@code alg: none} is believed. */
  public static String unsigned(UUID id) {
    String payload = sign(claims(id.toString(), "operator")).split("\\.")[1];
    String header =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString("{\"alg\":\"none\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8));
    return header + "." + payload + ".";
  }

  private static JwtClaimsBuilder claims(String subject, String role) {
    return Jwt.claims()
        .issuer(ConfigProvider.getConfig().getValue("mp.jwt.verify.issuer", String.class))
        .audience("dotori")
        .subject(subject)
        .groups(Set.of(role))
        .issuedAt(Instant.now())
        .expiresAt(Instant.now().plus(LIFETIME));
  }

  private static String sign(JwtClaimsBuilder claims) {
    return claims
        .jws()
        .algorithm(io.smallrye.jwt.algorithm.SignatureAlgorithm.ES256)
        .keyId(TokenTestResource.KEY_ID)
        .sign(signingKey());
  }

  private static PrivateKey signingKey() {
    String key = ConfigProvider.getConfig().getValue(TokenTestResource.SIGNING_KEY, String.class);
    try {
      return KeyFactory.getInstance("EC")
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(key)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("use @WithTestResource(TokenTestResource.class)", e);
    }
  }
}
