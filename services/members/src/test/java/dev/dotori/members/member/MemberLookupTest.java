package dev.dotori.members.member;

import static dev.dotori.members.Api.anyone;
import static dev.dotori.members.Api.as;
import static dev.dotori.members.Api.json;
import static org.hamcrest.Matchers.equalTo;

import dev.dotori.local.test.MySqlTestResource;
import dev.dotori.local.test.RedisTestResource;
import dev.dotori.members.Api;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(
    value = MySqlTestResource.class,
    initArgs = @ResourceArg(name = "schema", value = "members"))
@WithTestResource(RedisTestResource.class)
class MemberLookupTest {

  private static final String LOOKUP = "/internal/members/lookup";

  @Test
  void aServiceLearnsWhoOfManyIsAMember() {
    UUID ann = Api.registered(Api.newEmail());

    as(Api.service())
        .body(json("ids", List.of(ann, UUID.randomUUID())))
        .post(LOOKUP)
        .then()
        .statusCode(200)
        .body("found", equalTo(List.of(Map.of("id", ann.toString(), "displayName", "Ann"))));
  }

  @Test
  void askingAboutNobodyFindsNobody() {
    as(Api.service())
        .body(json("ids", List.of()))
        .post(LOOKUP)
        .then()
        .statusCode(200)
        .body("found", equalTo(List.of()));
  }

  @Test
  void nobodyButServicesMayAsk() {
    Map<String, Object> body = json("ids", List.of(UUID.randomUUID()));

    anyone().body(body).post(LOOKUP).then().statusCode(401);
    for (String other :
        List.of(Api.member().accessToken(), Api.store().accessToken(), Api.operator())) {
      as(other).body(body).post(LOOKUP).then().statusCode(403);
    }
  }

  @Test
  void anUnreasonableQuestionIsRefused() {
    as(Api.service()).body("{}").post(LOOKUP).then().statusCode(400);
    as(Api.service()).body("{\"ids\":[null]}").post(LOOKUP).then().statusCode(400);
    as(Api.service()).body("{\"ids\":[\"x\"]}").post(LOOKUP).then().statusCode(400);
    as(Api.service())
        .body(json("ids", Collections.nCopies(1_001, UUID.randomUUID())))
        .post(LOOKUP)
        .then()
        .statusCode(400);
  }
}
