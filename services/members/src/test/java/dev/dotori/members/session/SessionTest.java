package dev.dotori.members.session;

import static dev.dotori.members.Api.anyone;
import static dev.dotori.members.Api.as;
import static dev.dotori.members.Api.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.dotori.local.test.MySqlTestResource;
import dev.dotori.local.test.RedisTestResource;
import dev.dotori.members.Api;
import dev.dotori.members.Database;
import dev.dotori.members.MembersConfig;
import dev.dotori.members.Together;
import dev.dotori.members.secret.Secret;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(
    value = MySqlTestResource.class,
    initArgs = @ResourceArg(name = "schema", value = "members"))
@WithTestResource(RedisTestResource.class)
class SessionTest {

  @Inject Database database;
  @Inject MembersConfig config;
  @Inject Purge purge;

  @Test
  void aRefreshTokenIsExchangedForTheNextOne() {
    Api.SignedIn ann = Api.member();

    Response next = refresh(ann.refreshToken());

    next.then()
        .statusCode(200)
        .header("Cache-Control", "no-store")
        .body("memberId", equalTo(ann.id().toString()))
        .body("expiresIn", equalTo(600));
    assertThat(next.<String>path("refreshToken")).isNotEqualTo(ann.refreshToken());
    as(next.path("accessToken")).get("/v1/members/me").then().statusCode(200);
    refresh(next.path("refreshToken")).then().statusCode(200);
  }

  @Test
  void theReuseOfASpentTokenEndsTheWholeFamily() {
    Api.SignedIn ann = Api.member();
    String second = refresh(ann.refreshToken()).path("refreshToken");
    String third = refresh(second).path("refreshToken");

    over(refresh(ann.refreshToken()));

    over(refresh(third));
    over(refresh(second));
  }

  @Test
  void theEndOfAFamilyLeavesTheMembersOtherSessionsAlone() {
    Api.SignedIn ann = Api.member();
    String elsewhere = Api.signIn(ann.email(), Api.PASSWORD).path("refreshToken");
    refresh(ann.refreshToken()).then().statusCode(200);

    over(refresh(ann.refreshToken()));

    refresh(elsewhere).then().statusCode(200);
  }

  @Test
  void ofExchangesAtOnceAtMostOneSucceedsAndTheFamilyEnds() throws Exception {
    Api.SignedIn ann = Api.member();

    List<Response> answers =
        Together.call(Collections.nCopies(6, () -> refresh(ann.refreshToken())));

    List<Response> succeeded =
        answers.stream().filter(answer -> answer.statusCode() == 200).toList();
    assertThat(succeeded).hasSize(1);
    over(refresh(succeeded.getFirst().path("refreshToken")));
  }

  @Test
  void aTokenThatWasNeverGivenOutIsRefused() {
    over(refresh(Secret.random().value()));
    over(refresh(""));
    over(refresh("ß"));
  }

  @Test
  void aTokenTooOldToExchangeIsRefusedAndEndsNothing() {
    Api.SignedIn ann = Api.member();
    database.update(
        "UPDATE refresh_token SET expires_at = ? WHERE token_hash = ?",
        java.time.LocalDateTime.of(2026, 1, 1, 0, 0),
        new Secret(ann.refreshToken()).hash());

    over(refresh(ann.refreshToken()));

    assertThat(openSessions(ann)).isEqualTo(1);
  }

  @Test
  void aSessionEndsAtItsTimeHoweverOftenItWasRefreshed() {
    Api.SignedIn ann = Api.member();
    String second = refresh(ann.refreshToken()).path("refreshToken");
    database.update(
        "UPDATE session SET expires_at = ? WHERE member_id = ?",
        java.time.LocalDateTime.of(2026, 1, 1, 0, 0),
        ann.id());

    over(refresh(second));
  }

  @Test
  void signingOutEndsTheSession() {
    Api.SignedIn ann = Api.member();

    as(ann.accessToken()).delete("/v1/sessions/current").then().statusCode(204);

    over(refresh(ann.refreshToken()));
    assertThat(openSessions(ann)).isZero();
    // twice is no error: whoever repeats it wants just what is
    as(ann.accessToken()).delete("/v1/sessions/current").then().statusCode(204);
  }

  @Test
  void onlyMembersSignOut() {
    anyone().delete("/v1/sessions/current").then().statusCode(401);
    as(Api.operator()).delete("/v1/sessions/current").then().statusCode(403);
    as(Api.store().accessToken()).delete("/v1/sessions/current").then().statusCode(403);
  }

  @Test
  void tokensAreKeptAsHashes() {
    Api.SignedIn ann = Api.member();

    assertThat(
            database.count(
                "SELECT COUNT(*) FROM refresh_token WHERE token_hash = UNHEX(SHA2(?, 256))",
                ann.refreshToken()))
        .isEqualTo(1);
    assertThat(
            database.count(
                "SELECT COUNT(*) FROM refresh_token WHERE LOCATE(?, token_hash) > 0",
                ann.refreshToken().substring(0, 8)))
        .isZero();
  }

  @Test
  void whatIsOverIsDeletedAndNothingElse() {
    Api.SignedIn ann = Api.member();
    refresh(ann.refreshToken()).then().statusCode(200);

    purge.run(Instant.now());
    assertThat(sessions(ann)).isEqualTo(1);
    assertThat(tokens(ann)).isEqualTo(2);

    purge.run(Instant.now().plus(config.session().idle()).plusSeconds(60));
    assertThat(sessions(ann)).isEqualTo(1);
    assertThat(tokens(ann)).isZero();

    purge.run(Instant.now().plus(config.session().lifetime()).plusSeconds(60));
    assertThat(sessions(ann)).isZero();
  }

  @Test
  void aRequestThatIsNoneIsRefused() {
    anyone()
        .body("{}")
        .post("/v1/sessions/refresh")
        .then()
        .statusCode(400)
        .body("violations.field", equalTo(List.of("refreshToken")));
    refresh("x".repeat(201)).then().statusCode(400);
  }

  private static Response refresh(String token) {
    return anyone().body(json("refreshToken", token)).post("/v1/sessions/refresh");
  }

  private static void over(Response answer) {
    answer
        .then()
        .statusCode(401)
        .contentType("application/problem+json")
        .body("type", equalTo("/problems/session-over"));
  }

  private long sessions(Api.SignedIn member) {
    return database.count("SELECT COUNT(*) FROM session WHERE member_id = ?", member.id());
  }

  private long openSessions(Api.SignedIn member) {
    return database.count(
        "SELECT COUNT(*) FROM session WHERE member_id = ? AND ended_at IS NULL", member.id());
  }

  private long tokens(Api.SignedIn member) {
    return database.count(
        "SELECT COUNT(*) FROM refresh_token t JOIN session s ON s.id = t.session_id"
            + " WHERE s.member_id = ?",
        member.id());
  }
}
