package dev.dotori.gateway.caller;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import dev.dotori.gateway.Upstream;
import dev.dotori.gateway.UpstreamTestResource;
import dev.dotori.local.test.RedisTestResource;
import dev.dotori.local.test.TestTokens;
import dev.dotori.local.test.TokenTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(UpstreamTestResource.class)
@WithTestResource(TokenTestResource.class)
@WithTestResource(RedisTestResource.class)
class TokensTest {

  private static final UUID MEMBER = UUID.randomUUID();

  Upstream upstream;

  @BeforeEach
  void forget() {
    upstream.reset();
  }

  @Test
  void letsEveryRoleIn() {
    Stream.of(TestTokens.member(MEMBER), TestTokens.store(UUID.randomUUID()), TestTokens.operator())
        .forEach(token ->
            given().auth().preemptive().oauth2(token).get("/v1/feed").then().statusCode(200));
  }

  @Test
  void asksForATokenWhereOneIsNeeded() {
    given()
        .get("/v1/feed")
        .then()
        .statusCode(401)
        .contentType("application/problem+json")
        .header("WWW-Authenticate", "Bearer realm=\"dotori\"")
        .body("type", equalTo("/problems/unauthenticated"));
    assertThat(upstream.requests()).isZero();
  }

  @Test
  void asksForNoneWhereAnyoneMayCall() {
    given().body("{}").post("/v1/sessions").then().statusCode(200);
    given().body("{}").post("/v1/members").then().statusCode(200);
    given().get("/.well-known/jwks.json").then().statusCode(200);
  }

  @Test
  void leavesAStoresSecretToTheServiceThatKnowsIt() {
    given()
        .auth()
        .preemptive()
        .basic("store", "secret")
        .formParam("grant_type", "client_credentials")
        .post("/v1/oauth/token")
        .then()
        .statusCode(200)
        .body("headers.authorization", startsWith("Basic "));
  }

  @Test
  void refusesUnsignedTokens() {
    refuses(TestTokens.unsigned(MEMBER));
  }

  @Test
  void refusesTokensOfAnotherIssuer() {
    refuses(TestTokens.ofAnotherIssuer(MEMBER));
  }

  @Test
  void refusesTokensForAnotherAudience() {
    refuses(TestTokens.forAnotherAudience(MEMBER));
  }

  @Test
  void refusesExpiredTokens() {
    refuses(TestTokens.expired(MEMBER));
  }

  @Test
  void refusesChangedTokens() {
    String[] parts = TestTokens.member(MEMBER).split("\\.");
    String[] others = TestTokens.operator().split("\\.");
    refuses(parts[0] + "." + others[1] + "." + parts[2]);
  }

  @Test
  void refusesTokensOfServices() {
    refuses(TestTokens.service("points"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "a.b.c", "..", "eyJhbGciOiJFUzI1NiJ9.e30."})
  void refusesWhatIsNoToken(String token) {
    refuses(token);
  }

  @Test
  void refusesABadTokenEvenWhereNoneIsNeeded() {
    given()
        .header("Authorization", "Bearer " + TestTokens.expired(MEMBER))
        .get("/.well-known/jwks.json")
        .then()
        .statusCode(401);
  }

  @Test
  void refusesTwoAuthorizations() {
    given()
        .header("Authorization", "Bearer " + TestTokens.member(MEMBER), "Basic eDp5")
        .get("/v1/feed")
        .then()
        .statusCode(401);
    assertThat(upstream.requests()).isZero();
  }

  private void refuses(String token) {
    given()
        .header("Authorization", "Bearer " + token)
        .get("/v1/feed")
        .then()
        .statusCode(401)
        .contentType("application/problem+json")
        .header("WWW-Authenticate", containsString("error=\"invalid_token\""))
        .body("type", equalTo("/problems/unauthenticated"));
    assertThat(upstream.requests()).isZero();
  }
}
