package dev.dotori.members.member;

import static dev.dotori.members.Api.anyone;
import static dev.dotori.members.Api.as;
import static dev.dotori.members.Api.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.dotori.local.test.MySqlTestResource;
import dev.dotori.local.test.RedisTestResource;
import dev.dotori.members.Api;
import dev.dotori.members.Together;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(
    value = MySqlTestResource.class,
    initArgs = @ResourceArg(name = "schema", value = "members"))
@WithTestResource(RedisTestResource.class)
class MemberTest {

  @Test
  void membersSeeThemselves() {
    Api.SignedIn ann = Api.member();

    for (String path : List.of("/v1/members/me", "/v1/members/" + ann.id())) {
      as(ann.accessToken())
          .get(path)
          .then()
          .statusCode(200)
          .header("ETag", "\"1\"")
          .body("id", equalTo(ann.id().toString()))
          .body("email", equalTo(ann.email()))
          .body("displayName", equalTo("Ann"));
    }
  }

  @Test
  void theOperatorSeesEveryMember() {
    Api.SignedIn ann = Api.member();

    as(Api.operator())
        .get("/v1/members/" + ann.id())
        .then()
        .statusCode(200)
        .body("email", equalTo(ann.email()));
  }

  @Test
  void forAnyoneElseAMemberIsNotThereAtAll() {
    Api.SignedIn ann = Api.member();
    String bob = Api.member().accessToken();

    for (String other : List.of(bob, Api.store().accessToken(), Api.service())) {
      Response hidden = as(other).get("/v1/members/" + ann.id());
      Response nobody = as(other).get("/v1/members/" + UUID.randomUUID());

      hidden.then().statusCode(404).contentType("application/problem+json");
      nobody.then().statusCode(404);
      assertThat(hidden.<String>path("detail")).isEqualTo(nobody.path("detail"));
    }
  }

  @Test
  void withoutATokenThereIsNothingToSee() {
    for (String path : List.of("/v1/members/me", "/v1/members/" + UUID.randomUUID())) {
      anyone().get(path).then().statusCode(401).contentType("application/problem+json");
    }
  }

  @Test
  void onlyMembersHaveAMe() {
    for (String other : List.of(Api.store().accessToken(), Api.operator(), Api.service())) {
      as(other).get("/v1/members/me").then().statusCode(403);
      as(other).body(json("displayName", "X")).patch("/v1/members/me").then().statusCode(403);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "1", "%00", "00000000-0000-0000-0000-00000000000g"})
  void whatIsNoIdIsNotFound(String id) {
    as(Api.operator())
        .urlEncodingEnabled(false)
        .get("/v1/members/" + id)
        .then()
        .statusCode(404)
        .contentType("application/problem+json");
  }

  @Test
  void membersChangeTheirName() {
    Api.SignedIn ann = Api.member();

    as(ann.accessToken())
        .body(json("displayName", " Anna "))
        .patch("/v1/members/me")
        .then()
        .statusCode(200)
        .header("ETag", "\"2\"")
        .body("displayName", equalTo("Anna"));

    as(ann.accessToken())
        .get("/v1/members/me")
        .then()
        .header("ETag", "\"2\"")
        .body("displayName", equalTo("Anna"));
  }

  @Test
  void aChangeOfNothingChangesNothing() {
    Api.SignedIn ann = Api.member();

    for (String body : List.of("{}", "{\"displayName\":\"Ann\"}")) {
      as(ann.accessToken())
          .body(body)
          .patch("/v1/members/me")
          .then()
          .statusCode(200)
          .header("ETag", "\"1\"");
    }
  }

  @Test
  void aChangeOfWhatHasChangedMeanwhileIsRefused() {
    Api.SignedIn ann = Api.member();
    rename(ann, "Anna", "\"1\"").then().statusCode(200);

    rename(ann, "Annabel", "\"1\"")
        .then()
        .statusCode(412)
        .contentType("application/problem+json")
        .body("type", equalTo("/problems/stale"));

    rename(ann, "Annabel", "\"1\", \"2\"").then().statusCode(200);
    rename(ann, "Annika", "*").then().statusCode(200).body("displayName", equalTo("Annika"));
  }

  @Test
  void ofManyChangesOfOneVersionJustOneIsMade() throws Exception {
    Api.SignedIn ann = Api.member();

    List<Integer> answers =
        Together.call(
            Collections.nCopies(
                6, () -> rename(ann, UUID.randomUUID().toString(), "\"1\"").statusCode()));

    assertThat(answers).containsOnlyOnce(200).containsOnly(200, 412);
  }

  @Test
  void whatIsNoNameIsRefused() {
    Api.SignedIn ann = Api.member();

    for (String name : List.of("", "  ", "a\nb", "a".repeat(101))) {
      as(ann.accessToken())
          .body(json("displayName", name))
          .patch("/v1/members/me")
          .then()
          .statusCode(400)
          .body("violations.field", equalTo(List.of("displayName")));
    }
  }

  @Test
  void whatMembersMayNotChangeIsRefusedAsUnknown() {
    as(Api.member().accessToken())
        .body(json("email", Api.newEmail()))
        .patch("/v1/members/me")
        .then()
        .statusCode(400)
        .body("violations.field", equalTo(List.of("email")));
  }

  private static Response rename(Api.SignedIn member, String name, String ifMatch) {
    return as(member.accessToken())
        .header("If-Match", ifMatch)
        .body(json("displayName", name))
        .patch("/v1/members/me");
  }
}
