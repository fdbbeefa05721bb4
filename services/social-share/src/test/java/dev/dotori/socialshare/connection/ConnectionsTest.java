package dev.dotori.socialshare.connection;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.dotori.api.Ids;
import dev.dotori.events.MemberClosed;
import dev.dotori.local.test.TestTokens;
import dev.dotori.socialshare.SocialLoop;
import dev.dotori.socialshare.SocialShareTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A member's accounts at the networks are connected by that member only, and kept secret. */
@SocialShareTest
class ConnectionsTest {

  @Inject SocialLoop loop;

  @Test
  void theNetworksTellWhatFits() {
    loop.as(Ids.next())
        .get("/v1/social/networks")
        .then()
        .statusCode(200)
        .body("items.network", containsInAnyOrder("facebook", "x"))
        .body("items.find { it.network == 'x' }.maxTextLength", equalTo(280))
        .body("items.find { it.network == 'x' }.maxMedia", equalTo(4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"facebook", "x"})
  void aMemberConnectsAnAccount(String network) {
    UUID member = Ids.next();

    URI authorizeUrl = loop.authorizeUrl(member, network);
    assertThat(SocialLoop.query(authorizeUrl))
        .containsEntry("code_challenge_method", "S256")
        .containsEntry(
            "redirect_uri",
            "http://gateway.test:8080/v1/social/connections/" + network + "/callback");
    Response back = loop.follow(loop.decide(authorizeUrl, "allow", "Dana " + member));

    back.then().statusCode(303);
    assertThat(back.getHeader("Location"))
        .isEqualTo(SocialLoop.RETURN_TO + "?network=" + network + "&result=connected");
    String shown =
        loop.as(member)
            .get("/v1/social/connections")
            .then()
            .statusCode(200)
            .body("items", hasSize(1))
            .body("items[0].network", equalTo(network))
            .body("items[0].status", equalTo("connected"))
            .extract()
            .asString();
    assertThat(shown).doesNotContainIgnoringCase("token");
    loop.as(Ids.next()).get("/v1/social/connections").then().body("items", empty());
  }

  @Test
  void aStateWorksOnce() {
    UUID member = Ids.next();
    URI callback = loop.decide(loop.authorizeUrl(member, "x"), "allow", "Dana");

    loop.follow(callback).then().statusCode(303);
    loop.follow(callback)
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("type", equalTo("/problems/invalid-state"));
  }

  @Test
  void aStateOfAnotherNetworkIsRefused() {
    URI callback = loop.decide(loop.authorizeUrl(Ids.next(), "x"), "allow", "Dana");

    given()
        .queryParams(SocialLoop.query(callback))
        .get("/v1/social/connections/facebook/callback")
        .then()
        .statusCode(400)
        .body("type", equalTo("/problems/invalid-state"));
  }

  @Test
  void anExpiredStateIsRefused() {
    UUID member = Ids.next();
    URI callback = loop.decide(loop.authorizeUrl(member, "x"), "allow", "Dana");
    loop.update(
        "UPDATE authorization_request SET expires_at = ? WHERE member_id = ?",
        Instant.now().minusSeconds(1),
        member);

    loop.follow(callback).then().statusCode(400);
    loop.as(member).get("/v1/social/connections").then().body("items", empty());
  }

  @Test
  void aMissingStateIsRefused() {
    given().get("/v1/social/connections/x/callback?code=abc").then().statusCode(400);
  }

  @Test
  void aDeniedConsentLeadsBackWithoutAConnection() {
    UUID member = Ids.next();

    Response back = loop.follow(loop.decide(loop.authorizeUrl(member, "facebook"), "deny", "Dana"));

    assertThat(back.getHeader("Location")).endsWith("?network=facebook&result=denied");
    loop.as(member).get("/v1/social/connections").then().body("items", empty());
  }

  @Test
  void aCodeThatTheNetworkRefusesLeadsBackWithoutAConnection() {
    UUID member = Ids.next();
    String state = SocialLoop.query(loop.authorizeUrl(member, "x")).get("state");

    Response back =
        given()
            .redirects()
            .follow(false)
            .queryParam("state", state)
            .queryParam("code", "made-up")
            .get("/v1/social/connections/x/callback");

    back.then().statusCode(303);
    assertThat(back.getHeader("Location")).endsWith("result=failed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example/connected",
        "https://app.example.org.evil.example/connected",
        "https://app.example.org@evil.example/connected",
        "http://app.example.org/connected",
        "https://app.example.org:8443/connected",
        "https://app.example.org/connected/../admin",
        "https://app.example.org/connected/%2e%2e/admin",
        "https://app.example.org/connectedly",
        "//app.example.org/connected",
        "javascript:alert(1)"
      })
  void aReturnToOffTheListIsRefused(String returnTo) {
    loop.as(Ids.next())
        .contentType("application/json")
        .body(Map.of("returnTo", returnTo))
        .post("/v1/social/connections/x")
        .then()
        .statusCode(400)
        .body("violations[0].field", equalTo("returnTo"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://app.example.org/connected",
        "https://app.example.org/connected/now?tab=1",
        "http://127.0.0.1:4000/anywhere"
      })
  void aReturnToOnTheListIsTaken(String returnTo) {
    loop.as(Ids.next())
        .contentType("application/json")
        .body(Map.of("returnTo", returnTo))
        .post("/v1/social/connections/x")
        .then()
        .statusCode(201);
  }

  @Test
  void tokensAreEncryptedInTheDatabase() {
    UUID member = loop.memberConnectedTo("x");

    List<byte[]> stored =
        loop.rows(
            row -> row.getBytes("access_token"),
            "SELECT access_token FROM connection WHERE member_id = ?",
            member);

    // The sandbox's tokens have 43 characters of base64url; ours would show as such.
    assertThat(stored).hasSize(1);
    assertThat(new String(stored.getFirst(), StandardCharsets.ISO_8859_1))
        .doesNotMatch("(?s).*[A-Za-z0-9_-]{43}.*");
    assertThat(stored.getFirst()).hasSize(12 + 43 + 16);
  }

  @Test
  void aConnectionIsRemoved() {
    UUID member = loop.memberConnectedTo("facebook", "x");

    loop.as(member).delete("/v1/social/connections/x").then().statusCode(204);
    loop.as(member).delete("/v1/social/connections/x").then().statusCode(204);

    loop.as(member)
        .get("/v1/social/connections")
        .then()
        .body("items.network", equalTo(List.of("facebook")));
  }

  @Test
  void aMemberWhoLeavesLeavesNoToken() {
    UUID member = loop.memberConnectedTo("facebook", "x");
    loop.authorizeUrl(member, "x");

    loop.say(new MemberClosed(member, Instant.now()));

    Awaitility.await()
        .untilAsserted(() -> {
          assertThat(count("connection", member)).isZero();
          assertThat(count("authorization_request", member)).isZero();
        });
  }

  private int count(String table, UUID member) {
    return loop.rows(
            row -> row.getInt(1), "SELECT COUNT(*) FROM " + table + " WHERE member_id = ?", member)
        .getFirst();
  }

  @Test
  void onlyMembersConnect() {
    String body = "{\"returnTo\":\"" + SocialLoop.RETURN_TO + "\"}";
    given()
        .contentType("application/json")
        .body(body)
        .post("/v1/social/connections/x")
        .then()
        .statusCode(401);
    given()
        .header("Authorization", "Bearer " + TestTokens.store(Ids.next()))
        .contentType("application/json")
        .body(body)
        .post("/v1/social/connections/x")
        .then()
        .statusCode(403);
    given().get("/v1/social/networks").then().statusCode(401);
  }

  @Test
  void anUnknownNetworkIsNotFound() {
    loop.as(Ids.next())
        .contentType("application/json")
        .body(Map.of("returnTo", SocialLoop.RETURN_TO))
        .post("/v1/social/connections/myspace")
        .then()
        .statusCode(404)
        .contentType("application/problem+json");
  }

  @Test
  void anUnknownFieldIsRefused() {
    loop.as(Ids.next())
        .contentType("application/json")
        .body("{\"returnTo\":\"" + SocialLoop.RETURN_TO + "\",\"return_to\":\"x\"}")
        .post("/v1/social/connections/x")
        .then()
        .statusCode(400);
  }
}
