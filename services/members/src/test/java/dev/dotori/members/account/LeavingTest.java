package dev.dotori.members.account;

import static dev.dotori.members.Api.PASSWORD;
import static dev.dotori.members.Api.anyone;
import static dev.dotori.members.Api.as;
import static dev.dotori.members.Api.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.dotori.local.test.MySqlTestResource;
import dev.dotori.local.test.RedisTestResource;
import dev.dotori.members.Api;
import dev.dotori.members.Database;
import dev.dotori.members.Together;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(
    value = MySqlTestResource.class,
    initArgs = @ResourceArg(name = "schema", value = "members"))
@WithTestResource(RedisTestResource.class)
class LeavingTest {

  @Inject Database database;

  @Test
  void whoLeavesIsForgottenHereAndTheOthersAreTold() {
    Api.SignedIn ann = Api.member();

    leave(ann).then().statusCode(202);

    assertThat(
            database.count(
                "SELECT COUNT(*) FROM member WHERE id = ? AND email IS NULL"
                    + " AND display_name IS NULL AND password_hash IS NULL",
                ann.id()))
        .isEqualTo(1);
    assertThat(database.eventsOf(ann.id()).getLast())
        .satisfies(event -> {
          assertThat(event.type()).isEqualTo("member.closed.v1");
          assertThat(event.data()).contains(ann.id().toString()).doesNotContain(ann.email(), "Ann");
        });
  }

  @Test
  void whoLeftIsNobodyAnyMore() {
    Api.SignedIn ann = Api.member();
    leave(ann).then().statusCode(202);

    as(ann.accessToken()).get("/v1/members/me").then().statusCode(404);
    as(ann.accessToken())
        .body(json("displayName", "Anna"))
        .patch("/v1/members/me")
        .then()
        .statusCode(404);
    as(Api.operator()).get("/v1/members/" + ann.id()).then().statusCode(404);
    as(Api.service())
        .body(json("ids", List.of(ann.id())))
        .post("/internal/members/lookup")
        .then()
        .body("found", equalTo(List.of()));
    Api.signIn(ann.email(), PASSWORD).then().statusCode(401);
  }

  @Test
  void allSessionsEnd() {
    Api.SignedIn ann = Api.member();
    Api.signIn(ann.email(), PASSWORD).then().statusCode(201);

    leave(ann).then().statusCode(202);

    anyone()
        .body(json("refreshToken", ann.refreshToken()))
        .post("/v1/sessions/refresh")
        .then()
        .statusCode(401);
    assertThat(database.count("SELECT COUNT(*) FROM session WHERE member_id = ?", ann.id()))
        .isZero();
  }

  @Test
  void leavingTwiceIsNoErrorAndToldOnce() {
    Api.SignedIn ann = Api.member();

    leave(ann).then().statusCode(202);
    leave(ann).then().statusCode(202);

    assertThat(database.eventsOf(ann.id()))
        .extracting(Database.StoredEvent::type)
        .containsExactly("member.registered.v1", "member.closed.v1");
  }

  @Test
  void theAddressIsFreeAgainAndIsThenSomeoneElse() {
    Api.SignedIn ann = Api.member();
    leave(ann).then().statusCode(202);

    UUID again = Api.registered(ann.email());

    assertThat(again).isNotEqualTo(ann.id());
  }

  @Test
  void noSessionBegunMeanwhileOutlivesTheMembership() throws Exception {
    Api.SignedIn ann = Api.member();
    List<Callable<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      calls.add(() -> Api.signIn(ann.email(), PASSWORD).statusCode());
    }
    calls.add(() -> leave(ann).statusCode());

    List<Integer> answers = Together.call(calls);

    assertThat(answers.getLast()).isEqualTo(202);
    assertThat(answers).isSubsetOf(201, 202, 401);
    assertThat(database.count("SELECT COUNT(*) FROM session WHERE member_id = ?", ann.id()))
        .isZero();
  }

  @Test
  void withoutItsEventNobodyIsForgotten() {
    Api.SignedIn ann = Api.member();

    database.withoutTable("outbox", () -> leave(ann).then().statusCode(500));

    as(ann.accessToken())
        .get("/v1/members/me")
        .then()
        .statusCode(200)
        .body("email", equalTo(ann.email()));
  }

  @Test
  void onlyMembersLeave() {
    anyone().delete("/v1/members/me").then().statusCode(401);
    as(Api.operator()).delete("/v1/members/me").then().statusCode(403);
    as(Api.store().accessToken()).delete("/v1/members/me").then().statusCode(403);
  }

  private static Response leave(Api.SignedIn member) {
    return as(member.accessToken()).delete("/v1/members/me");
  }
}
