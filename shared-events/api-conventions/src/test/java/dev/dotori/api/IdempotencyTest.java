package dev.dotori.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.dotori.local.test.MySqlTestResource;
import dev.dotori.local.test.TestTokens;
import dev.dotori.local.test.TokenTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(
    value = MySqlTestResource.class,
    initArgs = @ResourceArg(name = "schema", value = "conventions"))
@WithTestResource(TokenTestResource.class)
@DisplayName("A request with an Idempotency-Key has its effect once")
class IdempotencyTest {

  private static final UUID MEMBER = UUID.randomUUID();

  @Inject DataSource database;

  @Test
  void the_same_request_gets_the_first_answer_again() throws SQLException {
    String text = unique();
    Response first = post(MEMBER, "key " + text, "{\"text\": \"" + text + "\"}");
    Response second = post(MEMBER, "key " + text, "{\"text\":\"" + text + "\"}");

    first.then().statusCode(201);
    second
        .then()
        .statusCode(201)
        .header("Idempotent-Replayed", "true")
        .header("Location", first.header("Location"));
    assertThat(first.header("Idempotent-Replayed")).isNull();
    assertThat(second.asString()).isEqualTo(first.asString());
    assertThat(notes(text)).isEqualTo(1);
  }

  @Test
  void the_same_key_for_another_request_is_refused() throws SQLException {
    String text = unique();
    post(MEMBER, text, "{\"text\":\"" + text + "\"}").then().statusCode(201);
    post(MEMBER, text, "{\"text\":\"" + text + "!\"}")
        .then()
        .statusCode(422)
        .body("type", equalTo("/problems/idempotency-key-reused"));
    assertThat(notes(text + "!")).isZero();
  }

  @Test
  void two_callers_may_use_the_same_key() {
    String text = unique();
    post(MEMBER, text, "{\"text\":\"" + text + "\"}").then().statusCode(201);
    post(UUID.randomUUID(), text, "{\"text\":\"" + text + "!\"}").then().statusCode(201);
  }

  @Test
  void a_key_that_ends_with_a_space_is_another_key() {
    // Sent inside quotes, since HTTP trims a header's value.
    String text = unique();
    post(MEMBER, "\"" + text + "\"", "{\"text\":\"a\"}").then().statusCode(201);
    post(MEMBER, "\"" + text + " \"", "{\"text\":\"b\"}").then().statusCode(201);
  }

  @Test
  void a_refused_request_leaves_nothing_and_frees_its_key() throws SQLException {
    String key = unique();
    int before = notes("refuse me");
    post(MEMBER, key, "{\"text\":\"refuse me\"}").then().statusCode(412);
    assertThat(notes("refuse me")).isEqualTo(before);
    post(MEMBER, key, "{\"text\":\"" + key + "\"}").then().statusCode(201);
  }

  @Test
  void a_request_without_a_key_is_refused() {
    given()
        .auth()
        .oauth2(TestTokens.member(MEMBER))
        .contentType("application/json")
        .body("{\"text\":\"a\"}")
        .post("/v1/notes")
        .then()
        .statusCode(400)
        .body("violations.field", hasItem("Idempotency-Key"));
  }

  @Test
  void a_key_of_more_than_255_characters_is_refused() {
    post(MEMBER, "k".repeat(256), "{\"text\":\"a\"}").then().statusCode(400);
    post(MEMBER, "k".repeat(223) + unique().substring(0, 32), "{\"text\":\"a\"}")
        .then()
        .statusCode(201);
  }

  @Test
  void while_the_first_is_running_the_second_is_told_so() throws Exception {
    String text = unique();
    NoteResource.gate = new CountDownLatch(1);
    NoteResource.entered = new CountDownLatch(1);
    try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Response> first =
          other.submit(() -> post(MEMBER, text, "{\"text\":\"" + text + "\"}"));
      assertThat(NoteResource.entered.await(10, TimeUnit.SECONDS)).isTrue();

      post(MEMBER, text, "{\"text\":\"" + text + "\"}")
          .then()
          .statusCode(409)
          .header("Retry-After", "1")
          .body("type", equalTo("/problems/request-in-progress"));

      NoteResource.gate.countDown();
      first.get().then().statusCode(201);
    } finally {
      NoteResource.gate.countDown();
    }
    assertThat(notes(text)).isEqualTo(1);
  }

  @Test
  void of_many_at_once_one_has_the_effect() throws Exception {
    String text = unique();
    List<Callable<Response>> requests =
        Stream.<Callable<Response>>generate(
                () -> () -> post(MEMBER, text, "{\"text\":\"" + text + "\"}"))
            .limit(16)
            .toList();
    try (ExecutorService others = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Response> answer : others.invokeAll(requests)) {
        assertThat(answer.get().statusCode()).isIn(201, 409);
      }
    }
    assertThat(notes(text)).isEqualTo(1);
    post(MEMBER, text, "{\"text\":\"" + text + "\"}")
        .then()
        .statusCode(201)
        .header("Idempotent-Replayed", "true");
  }

  private int notes(String text) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT COUNT(*) FROM note WHERE text = ?")) {
      select.setString(1, text);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  private static Response post(UUID member, String key, String body) {
    return given()
        .auth()
        .oauth2(TestTokens.member(member))
        .header("Idempotency-Key", key)
        .contentType("application/json")
        .body(body)
        .post("/v1/notes");
  }

  private static String unique() {
    return UUID.randomUUID().toString();
  }
}
