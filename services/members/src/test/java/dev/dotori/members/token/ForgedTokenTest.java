package dev.dotori.members.token;

import static dev.dotori.members.Api.as;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.dotori.local.test.MySqlTestResource;
import dev.dotori.local.test.RedisTestResource;
import dev.dotori.members.Api;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tokens that are almost right: each has one thing wrong, so that this one thing is what counts.
 */
@QuarkusTest
@WithTestResource(
    value = MySqlTestResource.class,
    initArgs = @ResourceArg(name = "schema", value = "members"))
@WithTestResource(RedisTestResource.class)
class ForgedTokenTest {

  private static final String ISSUER = "http://127.0.0.1:8080";

  @Inject SigningKeys keys;

  private Api.SignedIn ann;

  @BeforeEach
  void aMember() {
    ann = Api.member();
  }

  @Test
  void aTokenWithNothingWrongIsAccepted() {
    as(signed(claims())).get("/v1/members/me").then().statusCode(200);
  }

  @Test
  void aTokenOfAnotherIssuerIsRefused() {
    refused(signed(claims().issuer("https://issuer.invalid")));
  }

  @Test
  void aTokenForAnotherAudienceIsRefused() {
    refused(signed(claims().audience("another")));
  }

  @Test
  void anExpiredTokenIsRefused() {
    refused(
        signed(
            claims()
                .issuedAt(Instant.now().minusSeconds(700))
                .expiresAt(Instant.now().minusSeconds(60))));
  }

  @Test
  void aTokenThatNobodySignedIsRefused() {
    String payload = signed(claims()).split("\\.")[1];

    for (String algorithm : new String[] {"none", "None", "NONE"}) {
      refused(base64("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}") + "." + payload + ".");
    }
  }

  @Test
  void aTokenWhoseKeyIsNotOursIsRefused() {
    SigningKey own = SigningKey.generate(1, Instant.now());

    refused(sign(claims(), own.kid(), own));
    refused(sign(claims(), keys.signing(Instant.now()).kid(), own));
  }

  @Test
  void aTokenThatUsesThePublicKeyAsASharedSecretIsRefused() {
    SigningKey key = keys.signing(Instant.now());

    refused(
        claims()
            .jws()
            .keyId(key.kid())
            .algorithm(SignatureAlgorithm.HS256)
            .sign(new SecretKeySpec(key.publicKey().getEncoded(), "HmacSHA256")));
  }

  @Test
  void aTokenWhoseClaimsWereChangedIsRefused() {
    String[] parts = signed(claims()).split("\\.");
    String payload =
        new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
            .replace("\"member\"", "\"operator\"");

    refused(parts[0] + "." + base64(payload) + "." + parts[2]);
  }

  @Test
  void whatIsNoTokenIsRefused() {
    for (String token : new String[] {"x", "x.y.z", "..", "a".repeat(5_000)}) {
      refused(token);
    }
  }

  @Test
  void aForgedTokenIsRefusedWhereNoneIsNeeded() {
    as(signed(claims().issuer("https://issuer.invalid")))
        .body(Api.json("email", Api.newEmail(), "displayName", "Ann"))
        .post("/v1/members")
        .then()
        .statusCode(401)
        .contentType("application/problem+json");
  }

  private void refused(String token) {
    as(token)
        .get("/v1/members/me")
        .then()
        .statusCode(401)
        .contentType("application/problem+json")
        .header("WWW-Authenticate", containsString("Bearer"))
        .body("type", equalTo("/problems/unauthenticated"))
        .body("status", equalTo(401));
  }

  private JwtClaimsBuilder claims() {
    return Jwt.claims()
        .issuer(ISSUER)
        .audience("dotori")
        .subject(ann.id().toString())
        .groups(Set.of("member"))
        .issuedAt(Instant.now())
        .expiresAt(Instant.now().plusSeconds(600));
  }

  private String signed(JwtClaimsBuilder claims) {
    SigningKey key = keys.signing(Instant.now());
    return sign(claims, key.kid(), key);
  }

  private static String sign(JwtClaimsBuilder claims, String kid, SigningKey key) {
    return claims.jws().keyId(kid).algorithm(SignatureAlgorithm.ES256).sign(key.privateKey());
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
