package dev.dotori.members.token;

import static dev.dotori.members.Api.DEVELOPMENT_SECRET;
import static dev.dotori.members.Api.json;
import static dev.dotori.members.Api.token;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import dev.dotori.local.test.MySqlTestResource;
import dev.dotori.local.test.RedisTestResource;
import dev.dotori.members.Api;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(
    value = MySqlTestResource.class,
    initArgs = @ResourceArg(name = "schema", value = "members"))
@WithTestResource(RedisTestResource.class)
class TokenTest {

  private static final String ISSUER = "http://127.0.0.1:8080";

  @Test
  void theOperatorGetsATokenAsRfc6749Says() {
    Response answer = token("operator", DEVELOPMENT_SECRET);

    answer
        .then()
        .statusCode(200)
        .contentType("application/json")
        .header("Cache-Control", "no-store")
        .header("Pragma", "no-cache")
        .body("token_type", equalTo("Bearer"))
        .body("expires_in", equalTo(600));
    assertThat(answer.<Map<String, Object>>path("$"))
        .containsOnlyKeys("access_token", "token_type", "expires_in");
  }

  @Test
  void everyTokenVerifiesAgainstThePublishedKeysAndSaysWhoItsBearerIs() throws Exception {
    JwtClaims operator = verified(Api.operator());
    assertThat(operator.getSubject()).isEqualTo("operator");
    assertThat(operator.getStringListClaimValue("groups")).containsExactly("operator");
    assertThat(operator.getStringClaimValue("client_id")).isEqualTo("operator");

    JwtClaims service = verified(Api.service());
    assertThat(service.getSubject()).isEqualTo("points");
    assertThat(service.getStringListClaimValue("groups")).containsExactly("service");

    Api.OpenStore opened = Api.store();
    JwtClaims store = verified(opened.accessToken());
    assertThat(store.getSubject()).isEqualTo(opened.id().toString());
    assertThat(store.getStringListClaimValue("groups")).containsExactly("store");
    assertThat(store.getStringClaimValue("client_id")).isEqualTo("store-" + opened.id());

    Api.SignedIn ann = Api.member();
    JwtClaims member = verified(ann.accessToken());
    assertThat(member.getSubject()).isEqualTo(ann.id().toString());
    assertThat(member.getStringListClaimValue("groups")).containsExactly("member");
    assertThat(member.getExpirationTime().getValue() - member.getIssuedAt().getValue())
        .isEqualTo(600);
    assertThat(member.getClaimNames()).doesNotContain("email", "name");
  }

  @Test
  void aWrongSecretAndAClientThatIsNobodyAreAnsweredTheSame() {
    for (Response refused :
        List.of(
            token("operator", "wrong"),
            token("nobody", DEVELOPMENT_SECRET),
            token("points", "wrong"),
            token("store-" + Api.store().id(), "wrong"),
            token("store-" + UUID.randomUUID(), "wrong"),
            token("operator", ""),
            token("media", DEVELOPMENT_SECRET),
            token("store-" + "x".repeat(300), "wrong"),
            given().formParam("grant_type", "client_credentials").post("/v1/oauth/token"))) {
      refused
          .then()
          .statusCode(401)
          .header("WWW-Authenticate", startsWith("Basic"))
          .header("Cache-Control", "no-store")
          .body("error", equalTo("invalid_client"))
          .body("type", equalTo("/problems/invalid-client"))
          .body("detail", equalTo("the client id or secret is wrong"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Basic", "Basic ", "Basic %%%", "Basic b3BlcmF0b3I=", "Basic OnNlY3JldA=="})
  void credentialsThatCanNotBeReadAreRefused(String authorization) {
    given()
        .header("Authorization", authorization)
        .formParam("grant_type", "client_credentials")
        .post("/v1/oauth/token")
        .then()
        .statusCode(401)
        .body("error", equalTo("invalid_client"));
  }

  @Test
  void theSchemesNameMayBeInAnyCase() {
    given()
        .header("Authorization", "bAsIc " + base64("operator:" + DEVELOPMENT_SECRET))
        .formParam("grant_type", "client_credentials")
        .post("/v1/oauth/token")
        .then()
        .statusCode(200);
  }

  @Test
  void credentialsAreFormDecodedAsRfc6749Says() {
    given()
        .header(
            "Authorization",
            "Basic " + base64("%6fperator:" + DEVELOPMENT_SECRET.replace("-", "%2d")))
        .formParam("grant_type", "client_credentials")
        .post("/v1/oauth/token")
        .then()
        .statusCode(200);
  }

  @Test
  void otherGrantsAreRefused() {
    operatorBasic()
        .formParam("grant_type", "password")
        .post("/v1/oauth/token")
        .then()
        .statusCode(400)
        .body("error", equalTo("unsupported_grant_type"))
        .body("status", equalTo(400));
    operatorBasic()
        .formParam("scope", "all")
        .post("/v1/oauth/token")
        .then()
        .statusCode(400)
        .body("error", equalTo("invalid_request"));
  }

  @Test
  void parametersThatItDoesNotKnowAreIgnoredAsRfc6749Says() {
    operatorBasic()
        .formParam("grant_type", "client_credentials")
        .formParam("audience", "somewhere")
        .post("/v1/oauth/token")
        .then()
        .statusCode(200);
  }

  @Test
  void aBodyThatIsNoFormIsRefused() {
    operatorBasic()
        .contentType("application/json")
        .body(json("grant_type", "client_credentials"))
        .post("/v1/oauth/token")
        .then()
        .statusCode(415)
        .contentType("application/problem+json");
  }

  @Test
  void discoveryNamesTheIssuerAndWhereItsKeysAre() {
    given()
        .get("/.well-known/openid-configuration")
        .then()
        .statusCode(200)
        .contentType("application/json")
        .body("issuer", equalTo(ISSUER))
        .body("jwks_uri", equalTo(ISSUER + "/.well-known/jwks.json"))
        .body("token_endpoint", equalTo(ISSUER + "/v1/oauth/token"))
        .body("grant_types_supported", equalTo(List.of("client_credentials")))
        .body("token_endpoint_auth_methods_supported", equalTo(List.of("client_secret_basic")));
  }

  @Test
  void theKeySetHoldsPublicKeysOnly() {
    given()
        .get("/.well-known/jwks.json")
        .then()
        .statusCode(200)
        .header("Cache-Control", containsString("max-age="))
        .body("keys[0]", hasEntry("kty", "EC"))
        .body("keys[0]", hasEntry("crv", "P-256"))
        .body("keys[0]", hasEntry("alg", "ES256"))
        .body("keys[0]", hasEntry("use", "sig"))
        .body(not(containsString("\"d\"")));
  }

  private static JwtClaims verified(String token) throws Exception {
    JsonWebKeySet keys = new JsonWebKeySet(given().get("/.well-known/jwks.json").asString());
    return new JwtConsumerBuilder()
        .setVerificationKeyResolver(new JwksVerificationKeyResolver(keys.getJsonWebKeys()))
        .setExpectedIssuer(ISSUER)
        .setExpectedAudience("dotori")
        .setRequireExpirationTime()
        .setRequireSubject()
        .build()
        .processToClaims(token);
  }

  private static RequestSpecification operatorBasic() {
    return given().auth().preemptive().basic("operator", DEVELOPMENT_SECRET);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
