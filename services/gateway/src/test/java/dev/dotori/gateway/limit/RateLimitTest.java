package dev.dotori.gateway.limit;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import dev.dotori.gateway.Upstream;
import dev.dotori.gateway.UpstreamTestResource;
import dev.dotori.gateway.caller.Caller;
import dev.dotori.gateway.routing.CallClass;
import dev.dotori.local.servers.RedisServer;
import dev.dotori.local.test.RedisTestResource;
import dev.dotori.local.test.TestTokens;
import dev.dotori.local.test.TokenTestResource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.vertx.redis.client.RedisAPI;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(RateLimitTest.SmallQuotas.class)
@WithTestResource(UpstreamTestResource.class)
@WithTestResource(TokenTestResource.class)
@WithTestResource(RedisTestResource.class)
class RateLimitTest {

  /** Long windows: nothing comes back while a test runs. */
  public static class SmallQuotas implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "dotori.gateway.limits.quota.read.member", "5/1h",
          "dotori.gateway.limits.quota.write.member", "3/1h",
          "dotori.gateway.limits.quota.sign-in.anonymous", "4/1h",
          // No test is about a Redis that is slow, and the machine may be.
          "dotori.gateway.limits.redis-timeout", "5s");
    }
  }

  @Inject RedisAPI redisClient;
  @Inject dev.dotori.gateway.GatewayConfig config;

  Upstream upstream;
  RedisServer redis;

  @BeforeEach
  void forget() {
    upstream.reset();
  }

  @Test
  void tellsHowMuchIsLeftAndRefusesWhatIsTooMuch() {
    String token = TestTokens.member(UUID.randomUUID());
    for (int left = 4; left >= 0; left--) {
      read(token)
          .then()
          .statusCode(200)
          .header("RateLimit-Policy", "\"read\";q=5;w=3600")
          .header("RateLimit", org.hamcrest.Matchers.startsWith("\"read\";r=" + left + ";t="));
    }

    read(token)
        .then()
        .statusCode(429)
        .contentType("application/problem+json")
        .header("Retry-After", is("720"))
        .header("RateLimit", org.hamcrest.Matchers.startsWith("\"read\";r=0;t="))
        .body("type", equalTo("/problems/rate-limited"));
    assertThat(upstream.requests()).isEqualTo(5);
  }

  @Test
  void countsClassesAndCallersApart() {
    String token = TestTokens.member(UUID.randomUUID());
    for (int i = 0; i < 5; i++) {
      read(token);
    }

    read(token).then().statusCode(429);
    given().auth().preemptive().oauth2(token).body("{}").post("/v1/posts").then().statusCode(200);
    read(TestTokens.member(UUID.randomUUID())).then().statusCode(200);
  }

  @Test
  void isNotFooledByAnotherTokenOfTheSameMember() {
    UUID member = UUID.randomUUID();
    for (int i = 0; i < 5; i++) {
      read(TestTokens.member(member));
    }

    read(TestTokens.member(member)).then().statusCode(429);
  }

  @Test
  void countsSignInsByAddressWhoeverIsSignedIn() {
    for (int i = 0; i < 4; i++) {
      given()
          .auth()
          .preemptive()
          .oauth2(TestTokens.member(UUID.randomUUID()))
          .body("{}")
          .post("/v1/sessions")
          .then()
          .statusCode(200);
    }

    given().body("{}").post("/v1/sessions").then().statusCode(429);
  }

  @Test
  void isSharedByAllReplicas() throws Exception {
    RateLimiter one = new RateLimiter(redisClient, config, new SimpleMeterRegistry());
    RateLimiter other = new RateLimiter(redisClient, config, new SimpleMeterRegistry());
    Caller caller = new Caller(Caller.Kind.MEMBER, UUID.randomUUID().toString(), Instant.MAX);

    for (int i = 0; i < 5; i++) {
      assertThat(decide(i % 2 == 0 ? one : other, caller).admitted()).isTrue();
    }

    assertThat(decide(one, caller).admitted()).isFalse();
    assertThat(decide(other, caller).admitted()).isFalse();
  }

  @Test
  void asksRedisHoweverManyCallsComeAtOnce() {
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    RateLimiter limiter = new RateLimiter(redisClient, config, metrics);
    Caller till = new Caller(Caller.Kind.STORE, UUID.randomUUID().toString(), Instant.MAX);

    List<CompletableFuture<Decision>> decisions =
        IntStream.range(0, 500)
            .mapToObj(_ ->
                limiter
                    .decide(till, CallClass.WRITE, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture())
            .toList();

    assertThat(decisions).allSatisfy(decision -> assertThat(decision.join().admitted()).isTrue());
    assertThat(metrics.get("dotori.gateway.limit.local").counter().count()).isZero();
  }

  @Test
  void letsCallsThroughUpToItsOwnCountWhileRedisIsDown() {
    String token = TestTokens.member(UUID.randomUUID());
    redis.kill();
    try {
      for (int i = 0; i < 5; i++) {
        read(token).then().statusCode(200);
      }
      read(token).then().statusCode(429);
    } finally {
      redis.restart();
    }

    // What Redis knows of this member is nothing: the calls while it was down were counted here
    // only.
    await().atMost(Duration.ofSeconds(10)).until(() -> read(token).statusCode() == 200);
  }

  private static Decision decide(RateLimiter limiter, Caller caller) throws Exception {
    return limiter
        .decide(caller, CallClass.READ, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get();
  }

  private static Response read(String token) {
    return given().auth().preemptive().oauth2(token).get("/v1/feed");
  }
}
