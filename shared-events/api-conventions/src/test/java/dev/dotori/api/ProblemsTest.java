package dev.dotori.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import dev.dotori.api.problem.Problem;
import dev.dotori.local.test.MySqlTestResource;
import dev.dotori.local.test.TestTokens;
import dev.dotori.local.test.TokenTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(
    value = MySqlTestResource.class,
    initArgs = @ResourceArg(name = "schema", value = "conventions"))
@WithTestResource(TokenTestResource.class)
@DisplayName("A refusal is a problem that names what is wrong and what would be right")
class ProblemsTest {

  private static final UUID MEMBER = UUID.fromString("01900000-0000-7000-8000-000000000001");

  static Stream<Arguments> badBodies() {
    return Stream.of(
        Arguments.of("{\"text\":\"a\",\"txet\":1}", "txet", "known are at, colour"),
        Arguments.of("{\"text\":7}", "text", "must be text"),
        Arguments.of("{}", "text", "must not be null"),
        Arguments.of("{\"text\":\"\"}", "text", "size must be between 1 and 100"),
        Arguments.of("{\"text\":\"a\",\"at\":\"yesterday\"}", "at", "RFC 3339"),
        Arguments.of("{\"text\":\"a\",\"colour\":\"green\"}", "colour", "one of red, blue"),
        Arguments.of("{\"text\":\"a\",\"colour\":1}", "colour", "one of red, blue"),
        Arguments.of(
            "{\"text\":\"a\",\"parts\":[{\"id\":\"x\"}]}", "parts[0].id", "must be a UUID"),
        Arguments.of("{\"text\":\"a\",\"parts\":[{}]}", "parts[0].id", "must not be null"),
        Arguments.of("{\"text\":\"a\",\"parts\":{}}", "parts", "must be a list"),
        Arguments.of(
            "{\"text\":\"a\",\"price\":{\"amount\":1.5,\"currency\":\"USD\"}}",
            "price.amount",
            "an integer"),
        Arguments.of(
            "{\"text\":\"a\",\"price\":{\"amount\":\"15\",\"currency\":\"USD\"}}",
            "price.amount",
            "an integer"),
        Arguments.of(
            "{\"text\":\"a\",\"price\":{\"amount\":99999999999999999999,\"currency\":\"USD\"}}",
            "price.amount",
            "at most 64 bits"),
        Arguments.of(
            "{\"text\":\"a\",\"price\":{\"amount\":-1,\"currency\":\"USD\"}}",
            "price.amount",
            "greater than or equal to 0"),
        Arguments.of(
            "{\"text\":\"a\",\"price\":{\"amount\":1,\"currency\":\"dollar\"}}",
            "price.currency",
            "ISO 4217"),
        Arguments.of("{\"text\":\"a\",\"text\":\"b\"}", "", "not well-formed JSON"),
        Arguments.of("{\"text\":", "", "not well-formed JSON"),
        Arguments.of("{\"text\":\"a\"} {}", "", ""),
        Arguments.of("[]", "", "an object"));
  }

  @ParameterizedTest
  @MethodSource("badBodies")
  void a_bad_body_is_refused_with_the_field_that_is_wrong(
      String body, String field, String message) {
    refused(post(body.getBytes(StandardCharsets.UTF_8)), 400, "invalid-request")
        .body("violations.field", hasItem(field))
        .body("violations.message", hasItem(containsString(message)));
  }

  @Test
  void every_violation_is_named_at_once() {
    refused(post("{\"text\":\"\",\"price\":{\"amount\":-1}}".getBytes()), 400, "invalid-request")
        .body("violations.field", hasItems("text", "price.amount", "price.currency"));
  }

  @Test
  void broken_utf8_is_refused() {
    byte[] body = "{\"text\":\"a?\"}".getBytes(StandardCharsets.ISO_8859_1);
    body[10] = (byte) 0xc3; // begins a sequence that the quote does not go on with
    refused(post(body), 400, "invalid-request");
  }

  @Test
  void no_body_is_refused() {
    refused(post(new byte[0]), 400, "invalid-request");
  }

  @Test
  void a_body_of_ten_megabytes_is_refused_before_it_is_sent() throws IOException {
    try (Socket socket = new Socket("127.0.0.1", RestAssured.port)) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              """
              POST /v1/notes HTTP/1.1\r
              Host: localhost\r
              Authorization: Bearer %s\r
              Idempotency-Key: k\r
              Content-Type: application/json\r
              Content-Length: 10485760\r
              \r
              """
                  .formatted(TestTokens.member(MEMBER))
                  .getBytes(StandardCharsets.US_ASCII));
      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      assertThat(answer.lines())
          .contains("HTTP/1.1 413 Request Entity Too Large")
          .anyMatch(line -> line.contains("/problems/too-large"));
    }
  }

  @Test
  void another_media_type_is_refused() {
    refused(
        given()
            .auth()
            .oauth2(TestTokens.member(MEMBER))
            .header("Idempotency-Key", "k")
            .contentType("text/plain")
            .body("text")
            .post("/v1/notes")
            .then(),
        415,
        "unsupported-media-type");
  }

  @Test
  void an_unknown_path_is_a_problem_too() {
    refused(given().get("/v1/nothing").then(), 404, "not-found");
  }

  @Test
  void an_id_that_is_none_is_not_found() {
    refused(given().get("/v1/notes/17").then(), 404, "not-found");
  }

  @Test
  void a_method_that_is_none_is_refused() {
    refused(given().delete("/v1/notes").then(), 405, "method-not-allowed");
  }

  @Test
  void a_failure_tells_nothing_of_its_cause() {
    refused(given().get("/v1/notes/" + MEMBER).then(), 500, "internal")
        .body(not(containsString("secret")))
        .body(not(containsString("Exception")));
  }

  @Test
  void a_request_without_a_token_is_asked_for_one() {
    refused(given().get("/v1/notes/me").then(), 401, "unauthenticated")
        .header("WWW-Authenticate", "Bearer");
  }

  static Stream<Arguments> badTokens() {
    return Stream.of(
        Arguments.of("expired", TestTokens.expired(MEMBER)),
        Arguments.of("of another issuer", TestTokens.ofAnotherIssuer(MEMBER)),
        Arguments.of("for another audience", TestTokens.forAnotherAudience(MEMBER)),
        Arguments.of("unsigned", TestTokens.unsigned(MEMBER)),
        Arguments.of("not a token", "what.is.this"),
        Arguments.of("forged", forged()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badTokens")
  void a_bad_token_is_refused(String kind, String token) {
    refused(given().auth().oauth2(token).get("/v1/notes/me").then(), 401, "unauthenticated")
        .header("WWW-Authenticate", containsString("invalid_token"));
  }

  @Test
  void a_token_of_another_role_is_forbidden() {
    refused(
        given().auth().oauth2(TestTokens.store(MEMBER)).get("/v1/notes/me").then(),
        403,
        "forbidden");
  }

  @Test
  void a_valid_token_tells_who_calls() {
    given()
        .auth()
        .oauth2(TestTokens.member(MEMBER))
        .get("/v1/notes/me")
        .then()
        .statusCode(200)
        .body(containsString(MEMBER.toString()));
  }

  @Test
  void a_sane_request_id_is_kept_and_another_replaced() {
    given()
        .header("X-Request-Id", "till-7.42")
        .get("/v1/notes")
        .then()
        .header("X-Request-Id", "till-7.42");
    given()
        .header("X-Request-Id", "no spaces, please")
        .get("/v1/notes")
        .then()
        .header("X-Request-Id", matchesPattern("[0-9a-f-]{36}"));
  }

  @Test
  void the_trace_of_the_request_is_told() {
    given()
        .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        .get("/v1/notes/" + MEMBER)
        .then()
        .body("traceId", equalTo("0af7651916cd43dd8448eb211c80319c"));
  }

  @Test
  void a_list_is_paged_by_cursor() {
    String next =
        given()
            .get("/v1/notes?limit=5")
            .then()
            .statusCode(200)
            .body("items", equalTo(List.of(999, 998, 997, 996, 995)))
            .extract()
            .path("next");
    given()
        .queryParam("cursor", next)
        .get("/v1/notes?limit=5")
        .then()
        .body("items", equalTo(List.of(994, 993, 992, 991)))
        .body("next", equalTo(null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=0", "limit=201", "limit=ten", "cursor=%21%21"})
  void a_bad_page_is_refused(String query) {
    refused(
            given().urlEncodingEnabled(false).get("/v1/notes?" + query).then(),
            400,
            "invalid-request")
        .body("violations.field", hasItem(query.substring(0, query.indexOf('='))));
  }

  private static ValidatableResponse post(byte[] body) {
    return given()
        .auth()
        .oauth2(TestTokens.member(MEMBER))
        .header("Idempotency-Key", UUID.randomUUID().toString())
        .contentType("application/json")
        .body(body)
        .post("/v1/notes")
        .then();
  }

  private static ValidatableResponse refused(ValidatableResponse answer, int status, String slug) {
    return answer
        .statusCode(status)
        .contentType(Problem.MEDIA_TYPE)
        .body("status", equalTo(status))
        .body("type", equalTo("/problems/" + slug));
  }

  private static String forged() {
    String[] parts = TestTokens.member(MEMBER).split("\\.");
    String other = TestTokens.member(UUID.randomUUID()).split("\\.")[1];
    return parts[0] + "." + other + "." + parts[2];
  }
}
