package dev.dotori.members;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** The service as its clients use it: everything here goes over HTTP. */
public final class Api {

  public static final String PASSWORD = "correct horse battery staple";

  /** Of the development settings that the tests run with. */
  public static final String DEVELOPMENT_SECRET = "not-a-secret-only-for-development";

  private Api() {}

  /** A request with this bearer token. */
  public static RequestSpecification as(String token) {
    return given().header("Authorization", "Bearer " + token).contentType(ContentType.JSON);
  }

  /** A request without a token. */
  public static RequestSpecification anyone() {
    return given().contentType(ContentType.JSON);
  }

  /** An e-mail that no other test has. */
  public static String newEmail() {
    return UUID.randomUUID() + "@example.org";
  }

  /** A body of these fields; a null value is left out. */
  public static Map<String, Object> json(Object... namesAndValues) {
    Map<String, Object> body = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (namesAndValues[i + 1] != null) {
        body.put((String) namesAndValues[i], namesAndValues[i + 1]);
      }
    }
    return body;
  }

  /** Registers a member with {@link #PASSWORD}. */
  public static UUID registered(String email) {
    return id(
        anyone()
            .body(json("email", email, "password", PASSWORD, "displayName", "Ann"))
            .post("/v1/members")
            .then()
            .statusCode(201)
            .extract()
            .response());
  }

  /** Signs in and gives the whole answer. */
  public static Response signIn(String email, String password) {
    return anyone().body(json("email", email, "password", password)).post("/v1/sessions");
  }

  /** A new member who is signed in. */
  public static SignedIn member() {
    String email = newEmail();
    UUID id = registered(email);
    Response session = signIn(email, PASSWORD).then().statusCode(201).extract().response();
    return new SignedIn(id, email, session.path("accessToken"), session.path("refreshToken"));
  }

  /** The operator's token. */
  public static String operator() {
    return client("operator", DEVELOPMENT_SECRET);
  }

  /** The token of the points service. */
  public static String service() {
    return client("points", DEVELOPMENT_SECRET);
  }

  /** A client's token. */
  public static String client(String clientId, String secret) {
    return token(clientId, secret).then().statusCode(200).extract().path("access_token");
  }

  /** Asks for a client's token and gives the whole answer. */
  public static Response token(String clientId, String secret) {
    return given()
        .auth()
        .preemptive()
        .basic(clientId, secret)
        .formParam("grant_type", "client_credentials")
        .post("/v1/oauth/token");
  }

  /** A new store, its till signed in. */
  public static OpenStore store() {
    Response opened =
        as(operator())
            .body(json("name", "Corner shop", "currency", "USD"))
            .post("/v1/stores")
            .then()
            .statusCode(201)
            .extract()
            .response();
    return new OpenStore(id(opened), client(opened.path("clientId"), opened.path("clientSecret")));
  }

  /** The id that an answer holds. */
  public static UUID id(Response answer) {
    return UUID.fromString(answer.path("id"));
  }

  /** A member who is signed in. */
  public record SignedIn(UUID id, String email, String accessToken, String refreshToken) {}

  /** A store whose till is signed in. */
  public record OpenStore(UUID id, String accessToken) {}
}
