package dev.dotori.gateway.ops.channel;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.dotori.gateway.UpstreamTestResource;
import dev.dotori.local.servers.RedisServer;
import dev.dotori.local.test.TestTokens;
import dev.dotori.local.test.TokenTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How an operator sees what flows between the services, and decides about what was given up. The
 * gateway has no more rights on Redis here than the chart gives it.
 */
@QuarkusTest
@TestProfile(ChannelTest.Patient.class)
@WithTestResource(UpstreamTestResource.class)
@WithTestResource(TokenTestResource.class)
@WithTestResource(ChartRedisTestResource.class)
class ChannelTest {

  private static final String STREAM = "dotori:{purchase.recorded}";
  private static final String DEAD = STREAM + ":dead:points";
  private static final String RETRIES = STREAM + ":retry:points";
  private static final String DEAD_LETTERS =
      "/v1/ops/channels/points.purchase-recorded/dead-letters";

  /** No test is about a Redis that is slow, and the machine may be. */
  public static class Patient implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("dotori.gateway.limits.redis-timeout", "5s");
    }
  }

  RedisServer redis;

  @BeforeEach
  void aStreamAndTheGroupsOfTwoServices() {
    redis.call("FLUSHALL");
    for (String stream : List.of(STREAM, "dotori:{member.closed}")) {
      redis.call("XGROUP", "CREATE", stream, "points", "0", "MKSTREAM");
    }
    redis.call("XGROUP", "CREATE", "dotori:{member.closed}", "media", "0");
  }

  // ---- how channels stand

  @Test
  void showsEachServicesStandingOnEachOfItsStreams() {
    for (int i = 0; i < 5; i++) {
      redis.call("XADD", STREAM, "*", "data", "{}");
    }
    redis.call("XREADGROUP", "GROUP", "points", "p-1", "COUNT", "2", "STREAMS", STREAM, ">");
    redis.call("ZADD", STREAM + ":delayed:points", "1", "an entry");
    dead("{}");

    operator()
        .get("/v1/ops/channels")
        .then()
        .statusCode(200)
        .body("next", nullValue())
        .body(
            "items.name",
            contains("media.member-closed", "points.member-closed", "points.purchase-recorded"))
        .body("items[2].event", equalTo("purchase.recorded"))
        .body("items[2].group", equalTo("points"))
        .body("items[2].length", equalTo(5))
        .body("items[2].lag", equalTo(3))
        .body("items[2].lagExact", equalTo(true))
        .body("items[2].pending", equalTo(2))
        .body("items[2].oldestPendingAgeSeconds", notNullValue())
        .body("items[2].consumers", equalTo(1))
        .body("items[2].retries", equalTo(1))
        .body("items[2].dead", equalTo(1))
        .body("items[1].length", equalTo(0))
        .body("items[1].oldestPendingAgeSeconds", nullValue())
        .body("items[1].dead", equalTo(0));
  }

  @Test
  void hasNoChannelsBeforeAServiceHasMadeItsGroup() {
    redis.call("FLUSHALL");

    operator().get("/v1/ops/channels").then().statusCode(200).body("items", empty());
  }

  // ---- dead letters

  @Test
  void showsWhyAnEventWasGivenUpAndWhatItSaid() {
    String id = dead("{\"purchaseId\": \"p-7\", \"earned\": 293}");

    operator()
        .get(DEAD_LETTERS)
        .then()
        .statusCode(200)
        .body("items", hasSize(1))
        .body("items[0].id", equalTo(id))
        .body("items[0].entryId", equalTo("1763800000000-7"))
        .body("items[0].attempts", equalTo(10))
        .body("items[0].reason", equalTo("no store 7"))
        .body("items[0].exception", equalTo("java.lang.IllegalStateException"))
        .body("items[0].cause", equalTo("nothing came"))
        .body("items[0].firstFailedAt", equalTo("2026-11-22T09:30:00Z"))
        .body("items[0].lastFailedAt", equalTo("2026-11-22T09:35:00Z"))
        .body("items[0].attributes.type", equalTo("purchase.recorded.v1"))
        .body("items[0].attributes.id", equalTo("e-7"))
        .body("items[0].payload.purchaseId", equalTo("p-7"))
        .body("items[0].payload.earned", equalTo(293))
        .body("next", nullValue());
  }

  @ParameterizedTest
  @ValueSource(strings = {"no JSON at all", "{\"half\": ", ""})
  void showsAPayloadThatNobodyCanRead(String payload) {
    dead(payload);

    operator().get(DEAD_LETTERS).then().statusCode(200).body("items[0].payload", equalTo(payload));
  }

  @Test
  void pagesThroughThemNewestFirst() {
    List<String> newestFirst = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      newestFirst.add(dead("{}"));
    }
    Collections.reverse(newestFirst);

    List<String> seen = new ArrayList<>();
    String cursor = "";
    do {
      var page = operator().get(DEAD_LETTERS + "?limit=3&cursor=" + cursor).then().statusCode(200);
      seen.addAll(page.extract().<List<String>>path("items.id"));
      cursor = page.extract().path("next");
    } while (cursor != null);

    assertThat(seen).containsExactlyElementsOf(newestFirst);
  }

  @Test
  void sendsOneBackToItsService() {
    String id = dead("{\"earned\": 293}");

    operator().post(DEAD_LETTERS + "/" + id + "/replay").then().statusCode(202);

    assertThat((Long) redis.call("XLEN", DEAD)).isZero();
    assertThat(redis.call("XRANGE", RETRIES, "-", "+").toString())
        .contains("{\"earned\": 293}", "1763800000000-7", "purchase.recorded.v1")
        .doesNotContain("no store 7");
    operator()
        .post(DEAD_LETTERS + "/" + id + "/replay")
        .then()
        .statusCode(404)
        .body("type", equalTo("/problems/not-found"));
    assertThat((Long) redis.call("XLEN", RETRIES)).isEqualTo(1);
  }

  @Test
  void dropsOneForGood() {
    String id = dead("{}");
    String other = dead("{}");

    operator().delete(DEAD_LETTERS + "/" + id).then().statusCode(204);

    operator().get(DEAD_LETTERS).then().body("items.id", contains(other));
    operator().delete(DEAD_LETTERS + "/" + id).then().statusCode(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "points",
        "points.",
        ".purchase-recorded",
        "points.purchase.recorded",
        "points.nothing-happened",
        "media.purchase-recorded",
        "POINTS.purchase-recorded",
        "*.purchase-recorded",
        "rate"
      })
  void knowsNoOtherChannel(String channel) {
    dead("{}");

    for (String call : List.of("/dead-letters", "/dead-letters?limit=1")) {
      operator()
          .get("/v1/ops/channels/" + channel + call)
          .then()
          .statusCode(404)
          .contentType("application/problem+json")
          .body("type", equalTo("/problems/not-found"));
    }
    operator().delete("/v1/ops/channels/" + channel + "/dead-letters/1-1").then().statusCode(404);
    operator()
        .post("/v1/ops/channels/" + channel + "/dead-letters/1-1/replay")
        .then()
        .statusCode(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "-", "+", "(1-1", "1-1-1", "99999999999999999999-1", "x-1"})
  void knowsNoOtherId(String id) {
    dead("{}");

    operator().delete(DEAD_LETTERS + "/" + id).then().statusCode(404);
    operator().post(DEAD_LETTERS + "/" + id + "/replay").then().statusCode(404);
    assertThat((Long) redis.call("XLEN", DEAD)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"?limit=0", "?limit=201", "?limit=x", "?cursor=x", "?cursor=KA"})
  void refusesPagesThatCannotBe(String query) {
    operator()
        .get(DEAD_LETTERS + query)
        .then()
        .statusCode(400)
        .body("type", equalTo("/problems/invalid-request"));
  }

  // ---- who, and when Redis is away

  @Test
  void isForOperatorsOnly() {
    String id = dead("{}");
    for (String token :
        List.of(TestTokens.member(UUID.randomUUID()), TestTokens.store(UUID.randomUUID()))) {
      for (String path : List.of("/v1/ops/channels", DEAD_LETTERS)) {
        signedIn(token)
            .get(path)
            .then()
            .statusCode(403)
            .body("type", equalTo("/problems/forbidden"));
      }
      signedIn(token).delete(DEAD_LETTERS + "/" + id).then().statusCode(403);
      signedIn(token).post(DEAD_LETTERS + "/" + id + "/replay").then().statusCode(403);
    }
    given().get(DEAD_LETTERS).then().statusCode(401);
    assertThat((Long) redis.call("XLEN", DEAD)).isEqualTo(1);
  }

  @Test
  void saysThatRedisIsAwayAndGoesOnWhenItIsBack() {
    redis.kill();
    try {
      operator()
          .get("/v1/ops/channels")
          .then()
          .statusCode(503)
          .contentType("application/problem+json")
          .header("Retry-After", notNullValue())
          .body("type", equalTo("/problems/unavailable"));
    } finally {
      redis.restart();
    }
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() ->
            operator()
                .get("/v1/ops/channels")
                .then()
                .statusCode(200)
                .body("items.size()", greaterThanOrEqualTo(0)));
  }

  /** As the connector leaves one: the event's own fields, then what describes the failure. */
  private String dead(String payload) {
    return (String)
        redis.call(
            "XADD",
            DEAD,
            "*",
            "ce_id",
            "e-7",
            "ce_type",
            "purchase.recorded.v1",
            "data",
            payload,
            "dead-letter-reason",
            "no store 7",
            "dead-letter-exception-class-name",
            "java.lang.IllegalStateException",
            "dead-letter-cause",
            "nothing came",
            "dead-letter-cause-class-name",
            "java.io.IOException",
            "dead-letter-stream",
            STREAM,
            "dead-letter-id",
            "1763800000000-7",
            "dead-letter-group",
            "points",
            "dead-letter-attempts",
            "10",
            "dead-letter-first-time",
            "2026-11-22T09:30:00Z",
            "dead-letter-last-time",
            "2026-11-22T09:35:00Z");
  }

  private static RequestSpecification operator() {
    return signedIn(TestTokens.operator());
  }

  private static RequestSpecification signedIn(String token) {
    return given().auth().preemptive().oauth2(token);
  }
}
