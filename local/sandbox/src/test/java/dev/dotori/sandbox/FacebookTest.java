package dev.dotori.sandbox;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Facebook Login and publishing to a page work as documented. */
@QuarkusTest
class FacebookTest {

  private static final byte[] PICTURE = {
    (byte) 0xff, (byte) 0xd8, 1, 2, 3, (byte) 0xff, (byte) 0xd9
  };
  private static final Map<String, String> DIALOG =
      Map.of(
          "client_id", "sandbox-facebook-app",
          "redirect_uri", "http://127.0.0.1:1/callback?keep=1",
          "state", "a state & more",
          "scope", "pages_show_list,pages_manage_posts");

  @AfterEach
  void switchFaultsOff() {
    given().delete("/faults");
  }

  @Test
  void theDialogShowsAFormThatRepeatsTheQuery() {
    given()
        .queryParams(DIALOG)
        .get("/v23.0/dialog/oauth")
        .then()
        .statusCode(200)
        .body(containsString("value=\"a state &amp; more\""))
        .body(containsString("name=\"decision\" value=\"allow\""));
  }

  @Test
  void aDeniedConsentIsToldToTheApp() {
    String location = decide("deny").getHeader("Location");

    assertThat(location).startsWith("http://127.0.0.1:1/callback?keep=1&");
    assertThat(location).contains("error=access_denied").contains("state=a+state+%26+more");
  }

  @Test
  void aCodeWorksOnce() {
    String code = code();

    exchange(code).then().statusCode(200).body("token_type", equalTo("bearer"));
    exchange(code)
        .then()
        .statusCode(400)
        .body("error.code", equalTo(100))
        .body("error.type", equalTo("OAuthException"))
        .body("error.fbtrace_id", notNullValue());
  }

  @Test
  void aPostWithAPictureIsShownOnThePage() {
    Page page = page();

    String photo =
        given()
            .header("Authorization", "Bearer " + page.token())
            .multiPart("source", "photo.jpg", PICTURE, "image/jpeg")
            .multiPart("published", "false")
            .post("/v23.0/" + page.id() + "/photos")
            .then()
            .statusCode(200)
            .extract()
            .path("id");
    String post =
        given()
            .header("Authorization", "Bearer " + page.token())
            .formParam("message", "Lunch <with> friends")
            .formParam("attached_media[0]", "{\"media_fbid\":\"" + photo + "\"}")
            .post("/v23.0/" + page.id() + "/feed")
            .then()
            .statusCode(200)
            .extract()
            .path("id");

    given()
        .get("/facebook")
        .then()
        .body(containsString("Lunch &lt;with&gt; friends"))
        .body(containsString("/pictures/" + photo));
    assertThat(given().get("/pictures/" + photo).asByteArray()).isEqualTo(PICTURE);
    given().get("/" + post).then().statusCode(200).body(containsString("post-" + post));
    given()
        .header("Authorization", "Bearer " + page.token())
        .queryParam("fields", "id,message,attachments{target,subattachments}")
        .get("/v23.0/" + page.id() + "/feed")
        .then()
        .body("data[0].id", equalTo(post))
        .body("data[0].attachments.data[0].target.id", equalTo(photo));
  }

  @Test
  void theSameWordsTwiceAreRefused() {
    Page page = page();
    String words = "Once only " + System.nanoTime();

    post(page, words).then().statusCode(200);
    post(page, words).then().statusCode(400).body("error.code", equalTo(506));
  }

  @Test
  void aUsersTokenDoesNotPostToAPage() {
    Page page = page();
    String userToken = exchange(code()).path("access_token");

    post(new Page(page.id(), userToken), "Not allowed").then().statusCode(403);
  }

  @Test
  void faultsShowAsOftenAsAskedAndThenAreOff() {
    Page page = page();
    given()
        .contentType("application/json")
        .body("{\"network\":\"facebook\",\"fault\":\"rate_limited\",\"resetSeconds\":90}")
        .post("/faults")
        .then()
        .statusCode(201);

    Response refused = post(page, "Too often " + System.nanoTime());
    refused.then().statusCode(400).body("error.code", equalTo(80001));
    assertThat(refused.getHeader("X-Business-Use-Case-Usage"))
        .contains(page.id())
        .contains("\"estimated_time_to_regain_access\":2");
    given().get("/faults").then().body("$", hasSize(0));
    post(page, "Now it works " + System.nanoTime()).then().statusCode(200);
  }

  @Test
  void anExpiredTokenIsRefusedAndTheUserTokenGivesANewOne() {
    String userToken = longLived();
    Page page = page(userToken);
    given()
        .contentType("application/json")
        .body("{\"network\":\"facebook\",\"fault\":\"expired_token\"}")
        .post("/faults");

    post(page, "Late")
        .then()
        .body("error.code", equalTo(190))
        .body("error.error_subcode", equalTo(463));
    post(page, "Late").then().body("error.code", equalTo(190));
    post(page(userToken), "In time " + System.nanoTime()).then().statusCode(200);
  }

  private record Page(String id, String token) {}

  private static Response post(Page page, String message) {
    return given()
        .header("Authorization", "Bearer " + page.token())
        .formParam("message", message)
        .post("/v23.0/" + page.id() + "/feed");
  }

  private static Page page() {
    return page(longLived());
  }

  private static Page page(String userToken) {
    Response pages =
        given().header("Authorization", "Bearer " + userToken).get("/v23.0/me/accounts");
    return new Page(pages.path("data[0].id"), pages.path("data[0].access_token"));
  }

  private static String longLived() {
    String shortLived = exchange(code()).path("access_token");
    return given()
        .formParam("grant_type", "fb_exchange_token")
        .formParam("client_id", "sandbox-facebook-app")
        .formParam("client_secret", "sandbox-facebook-secret")
        .formParam("fb_exchange_token", shortLived)
        .post("/v23.0/oauth/access_token")
        .path("access_token");
  }

  private static Response exchange(String code) {
    return given()
        .formParam("client_id", "sandbox-facebook-app")
        .formParam("client_secret", "sandbox-facebook-secret")
        .formParam("redirect_uri", DIALOG.get("redirect_uri"))
        .formParam("code", code)
        .post("/v23.0/oauth/access_token");
  }

  private static String code() {
    return decide("allow").getHeader("Location").replaceFirst(".*[?&]code=([^&]+).*", "$1");
  }

  private static Response decide(String decision) {
    return given()
        .redirects()
        .follow(false)
        .formParams(DIALOG)
        .formParam("user", "Dana")
        .formParam("decision", decision)
        .post("/v23.0/dialog/oauth");
  }
}
