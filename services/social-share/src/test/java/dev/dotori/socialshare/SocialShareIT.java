package dev.dotori.socialshare;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.startsWith;

import dev.dotori.local.test.MySqlTestResource;
import dev.dotori.local.test.RedisTestResource;
import dev.dotori.local.test.TestTokens;
import dev.dotori.local.test.TokenTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Connections of the packaged service, which ciphers tokens and remembers where a member returns.
 */
@QuarkusIntegrationTest
@WithTestResource(
    value = MySqlTestResource.class,
    initArgs = @ResourceArg(name = "schema", value = "social_share"))
@WithTestResource(RedisTestResource.class)
@WithTestResource(TokenTestResource.class)
@WithTestResource(PeersTestResource.class)
@WithTestResource(SandboxTestResource.class)
@WithTestResource(SettingsTestResource.class)
class SocialShareIT {

  private final String token = TestTokens.member(UUID.randomUUID());

  @Test
  void aMemberConnectsAnAccount() {
    URI consent =
        URI.create(
            asMember()
                .contentType("application/json")
                .body(Map.of("returnTo", SocialLoop.RETURN_TO))
                .post("/v1/social/connections/x")
                .then()
                .statusCode(201)
                .extract()
                .path("authorizeUrl"));

    URI callback = allow(consent);
    given()
        .redirects()
        .follow(false)
        .queryParams(SocialLoop.query(callback))
        .get(callback.getPath())
        .then()
        .statusCode(303)
        .header("Location", startsWith(SocialLoop.RETURN_TO));

    asMember()
        .get("/v1/social/connections")
        .then()
        .statusCode(200)
        .body("items.network", hasItem("x"));
  }

  @Test
  void aRefusalIsAProblemThatNamesTheField() {
    asMember()
        .contentType("application/json")
        .body(Map.of("returnTo", ""))
        .post("/v1/social/connections/x")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("violations.field", hasItem("returnTo"));
  }

  private RequestSpecification asMember() {
    return given().auth().oauth2(token);
  }

  /** What the member's browser does at the network; where it sends the browser then. */
  private static URI allow(URI consent) {
    return URI.create(
        given()
            .redirects()
            .follow(false)
            .formParams(SocialLoop.query(consent))
            .formParam("decision", "allow")
            .formParam("user", "Ann")
            .post(consent.getScheme() + "://" + consent.getAuthority() + consent.getPath())
            .then()
            .statusCode(302)
            .extract()
            .header("Location"));
  }
}
