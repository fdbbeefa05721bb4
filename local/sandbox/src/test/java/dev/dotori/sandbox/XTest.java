package dev.dotori.sandbox;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** X's OAuth 2.0 with PKCE and posting with pictures work as documented. */
@QuarkusTest
class XTest {

  private static final byte[] PICTURE = {(byte) 0x89, 'P', 'N', 'G', 1, 2, 3};

  // The pair of RFC 7636, appendix B.
  private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

  private static final Map<String, String> AUTHORIZE =
      Map.of(
          "response_type", "code",
          "client_id", "sandbox-x-app",
          "redirect_uri", "http://127.0.0.1:1/callback",
          "state", "s",
          "scope", "tweet.read tweet.write users.read media.write offline.access",
          "code_challenge", CHALLENGE,
          "code_challenge_method", "S256");

  @AfterEach
  void switchFaultsOff() {
    given().delete("/faults");
  }

  @Test
  void aCodeIsWorthNothingWithoutItsVerifier() {
    exchange(code(), "a-wrong-verifier-a-wrong-verifier-a-wrong-verifier")
        .then()
        .statusCode(400)
        .body("error", equalTo("invalid_request"));
    exchange(code(), VERIFIER)
        .then()
        .statusCode(200)
        .body("expires_in", equalTo(7200))
        .body("token_type", equalTo("bearer"));
  }

  @Test
  void aWrongClientSecretIsRefused() {
    given()
        .auth()
        .preemptive()
        .basic("sandbox-x-app", "wrong")
        .formParam("grant_type", "authorization_code")
        .formParam("code", code())
        .post("/2/oauth2/token")
        .then()
        .statusCode(401)
        .body("error", equalTo("unauthorized_client"));
  }

  @Test
  void aRefreshTokenWorksOnceAndBringsTheNext() {
    String refresh = exchange(code(), VERIFIER).path("refresh_token");

    Response next = refresh(refresh);
    next.then().statusCode(200);
    refresh(refresh).then().statusCode(400).body("error", equalTo("invalid_request"));
    refresh(next.path("refresh_token")).then().statusCode(200);
  }

  @Test
  void aPostWithAPictureIsShownOnThePage() {
    String token = exchange(code(), VERIFIER).path("access_token");
    String media =
        given()
            .header("Authorization", "Bearer " + token)
            .multiPart("media", "photo.png", PICTURE, "image/png")
            .multiPart("media_category", "tweet_image")
            .multiPart("media_type", "image/png")
            .post("/2/media/upload")
            .then()
            .statusCode(200)
            .extract()
            .path("data.id");

    Response created =
        post(token, "{\"text\":\"Fish & chips\",\"media\":{\"media_ids\":[\"" + media + "\"]}}");
    created.then().statusCode(201).body("data.text", equalTo("Fish &amp; chips"));
    assertThat(created.getHeader("x-rate-limit-remaining")).isNotNull();

    String id = created.path("data.id");
    given().get("/x").then().body(containsString("Fish &amp; chips")).body(containsString(media));
    given().get("/dana/status/" + id).then().statusCode(200);
    String account =
        given().header("Authorization", "Bearer " + token).get("/2/users/me").path("data.id");
    given()
        .header("Authorization", "Bearer " + token)
        .queryParam("max_results", 5)
        .get("/2/users/" + account + "/tweets")
        .then()
        .body("data[0].id", equalTo(id))
        .body("data[0].attachments.media_keys[0]", equalTo("3_" + media));
  }

  @Test
  void aPictureCanBeUploadedInChunks() {
    String token = exchange(code(), VERIFIER).path("access_token");
    String media =
        given()
            .header("Authorization", "Bearer " + token)
            .contentType("application/json")
            .body(
                "{\"media_category\":\"tweet_image\",\"media_type\":\"image/png\",\"total_bytes\":14}")
            .post("/2/media/upload/initialize")
            .path("data.id");
    for (int i = 0; i < 2; i++) {
      given()
          .header("Authorization", "Bearer " + token)
          .multiPart("segment_index", i)
          .multiPart("media", "part", PICTURE, "application/octet-stream")
          .post("/2/media/upload/" + media + "/append")
          .then()
          .statusCode(200);
    }
    given()
        .header("Authorization", "Bearer " + token)
        .post("/2/media/upload/" + media + "/finalize")
        .then()
        .body("data.size", equalTo(14));
  }

  @Test
  void textsAreWeighedAsXDoes() {
    String token = exchange(code(), VERIFIER).path("access_token");
    String unique = Long.toString(System.nanoTime());

    post(token, text(unique + "a".repeat(280 - unique.length()))).then().statusCode(201);
    post(token, text(unique + "a".repeat(281 - unique.length()))).then().statusCode(403);
    post(token, text("한".repeat(141))).then().statusCode(403);
    String link = " https://example.org/" + "x".repeat(300);
    post(token, text(unique + link)).then().statusCode(201);
  }

  @Test
  void theSameWordsTwiceAreRefused() {
    String token = exchange(code(), VERIFIER).path("access_token");
    String words = text("Once " + System.nanoTime());

    post(token, words).then().statusCode(201);
    post(token, words)
        .then()
        .statusCode(403)
        .body("detail", equalTo("You are not allowed to create a Tweet with duplicate content."));
  }

  @Test
  void aLimitIsToldWithItsReset() {
    String token = exchange(code(), VERIFIER).path("access_token");
    fault("rate_limited", "\"resetSeconds\":30");

    Response refused = post(token, text("x" + System.nanoTime()));
    refused.then().statusCode(429).body("title", equalTo("Too Many Requests"));
    long reset = Long.parseLong(refused.getHeader("x-rate-limit-reset"));
    assertThat(reset - System.currentTimeMillis() / 1000).isBetween(25L, 30L);
  }

  @Test
  void aTimeoutAfterAcceptanceLeavesThePost() {
    String token = exchange(code(), VERIFIER).path("access_token");
    String words = "Late answer " + System.nanoTime();
    fault("timeout_after_acceptance", "\"delaySeconds\":1");

    long started = System.nanoTime();
    post(token, text(words)).then().statusCode(201);

    assertThat(System.nanoTime() - started).isGreaterThan(900_000_000L);
    given().get("/x").then().body(containsString(words));
  }

  @Test
  void aRevokedConsentEndsTheRefreshTokenToo() {
    Response tokens = exchange(code(), VERIFIER);
    fault("revoked_token", "\"times\":1");

    post(tokens.path("access_token"), text("no")).then().statusCode(401);
    refresh(tokens.path("refresh_token")).then().statusCode(400);
  }

  @Test
  void anUnknownFaultIsRefused() {
    given()
        .contentType("application/json")
        .body("{\"network\":\"x\",\"fault\":\"no_such_thing\"}")
        .post("/faults")
        .then()
        .statusCode(400);
    given().get("/faults").then().body("$", hasSize(0));
  }

  private static void fault(String fault, String more) {
    given()
        .contentType("application/json")
        .body("{\"network\":\"x\",\"fault\":\"" + fault + "\"," + more + "}")
        .post("/faults")
        .then()
        .statusCode(201);
  }

  private static String text(String text) {
    return "{\"text\":\"" + text + "\"}";
  }

  private static Response post(String token, String body) {
    return given()
        .header("Authorization", "Bearer " + token)
        .contentType("application/json")
        .body(body)
        .post("/2/tweets");
  }

  private static Response refresh(String refreshToken) {
    return given()
        .auth()
        .preemptive()
        .basic("sandbox-x-app", "sandbox-x-secret")
        .formParam("grant_type", "refresh_token")
        .formParam("refresh_token", refreshToken)
        .post("/2/oauth2/token");
  }

  private static Response exchange(String code, String verifier) {
    return given()
        .formParam("grant_type", "authorization_code")
        .formParam("client_id", "sandbox-x-app")
        .formParam("redirect_uri", AUTHORIZE.get("redirect_uri"))
        .formParam("code_verifier", verifier)
        .formParam("code", code)
        .post("/2/oauth2/token");
  }

  private static String code() {
    return given()
        .redirects()
        .follow(false)
        .formParams(AUTHORIZE)
        .formParam("user", "Dana")
        .formParam("decision", "allow")
        .post("/i/oauth2/authorize")
        .getHeader("Location")
        .replaceFirst(".*[?&]code=([^&]+).*", "$1");
  }
}
