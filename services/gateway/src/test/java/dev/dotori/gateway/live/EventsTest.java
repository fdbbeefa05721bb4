package dev.dotori.gateway.live;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import dev.dotori.events.DomainEvent;
import dev.dotori.events.Event;
import dev.dotori.events.EventCodec;
import dev.dotori.events.MediaReady;
import dev.dotori.events.MediaRejected;
import dev.dotori.events.MediaUploaded;
import dev.dotori.events.MoneyAmount;
import dev.dotori.events.PointsDistributed;
import dev.dotori.events.Portion;
import dev.dotori.events.PurchaseRecorded;
import dev.dotori.events.ShareFailed;
import dev.dotori.events.SharePublished;
import dev.dotori.gateway.UpstreamTestResource;
import dev.dotori.gateway.ops.channel.ChartRedisTestResource;
import dev.dotori.local.servers.RedisServer;
import dev.dotori.local.test.TestTokens;
import dev.dotori.local.test.TokenTestResource;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Members hear of what changes for them, as it changes, and of nothing else. The gateway has no
 * more rights on Redis here than the chart gives it.
 */
@QuarkusTest
@TestProfile(EventsTest.SmallLimits.class)
@WithTestResource(UpstreamTestResource.class)
@WithTestResource(TokenTestResource.class)
@WithTestResource(ChartRedisTestResource.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EventsTest {

  private static final Instant NOW = Instant.parse("2026-11-22T09:30:00Z");
  private static final int BACKLOG = 70;

  /** Limits that a test can reach. */
  public static class SmallLimits implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "dotori.gateway.events.max-per-member", "2",
          "dotori.gateway.events.max-waiting", "30",
          "dotori.gateway.events.backlog", String.valueOf(BACKLOG),
          "dotori.gateway.events.heartbeat", "2s",
          "dotori.gateway.events.poll-interval", "50ms",
          "dotori.gateway.events.away-after", "1s",
          // No test is about a Redis that is slow, and the machine may be.
          "dotori.gateway.limits.redis-timeout", "5s");
    }
  }

  @TestHTTPResource URI gateway;
  @Inject jakarta.enterprise.event.Event<ShutdownDelayInitiatedEvent> shutdown;

  private final EventCodec codec = new EventCodec();
  private final List<Listener> listeners = new ArrayList<>();
  private final UUID member = UUID.randomUUID();
  RedisServer redis;

  @AfterEach
  void hangUp() {
    listeners.forEach(Listener::close);
  }

  // ---- what is heard

  @Test
  void tellsWhoSharesAPurchaseHowFarItIs() throws Exception {
    UUID friend = UUID.randomUUID();
    Listener buyer = listen(member);
    Listener sharer = listen(friend);
    Listener stranger = listen(UUID.randomUUID());
    UUID purchase = UUID.randomUUID();

    say(recorded(purchase, member, friend));
    say(distributed(purchase, member, friend));

    for (Listener listener : List.of(buyer, sharer)) {
      soon()
          .untilAsserted(() ->
              assertThat(listener.heard())
                  .extracting(Listener.Heard::event, Listener.Heard::status)
                  .containsExactly(
                      org.assertj.core.groups.Tuple.tuple("purchase", "pending"),
                      org.assertj.core.groups.Tuple.tuple("purchase", "distributed")));
      assertThat(listener.heard().getFirst().data().getString("id")).isEqualTo(purchase.toString());
      assertThat(listener.heard().getFirst().data().getString("at")).isEqualTo(NOW.toString());
    }
    assertThat(stranger.heard()).isEmpty();
  }

  @Test
  void tellsAuthorsAndOwnersWhatBecameOfSharesAndMedia() throws Exception {
    Listener listener = listen(member);
    UUID share = UUID.randomUUID();
    UUID medium = UUID.randomUUID();

    say(new MediaUploaded(medium, member, NOW));
    say(new MediaReady(medium, member, "image/jpeg", 10, 10, 100, NOW));
    say(new MediaRejected(medium, member, "damaged", NOW));
    say(new ShareFailed(share, UUID.randomUUID(), member, "x", "refused", "no", NOW));
    say(published(share, "https://x.example/1"));

    soon()
        .untilAsserted(() ->
            assertThat(listener.heard())
                .extracting(heard -> heard.event() + " " + heard.status())
                .containsExactly(
                    "media processing",
                    "media ready",
                    "media rejected",
                    "share failed",
                    "share published"));
    assertThat(listener.heard().get(2).data().getString("reason")).isEqualTo("damaged");
    assertThat(listener.heard().get(3).data().getString("errorClass")).isEqualTo("refused");
    assertThat(listener.heard().get(4).data().getString("remoteUrl"))
        .isEqualTo("https://x.example/1");
  }

  @Test
  void tellsAnEventThatIsSentAgainOnce() throws Exception {
    Listener listener = listen(member);
    UUID eventId = UUID.randomUUID();
    UUID medium = UUID.randomUUID();

    say(eventId, new MediaUploaded(medium, member, NOW));
    say(eventId, new MediaUploaded(medium, member, NOW));
    say(new MediaReady(medium, member, "image/jpeg", 10, 10, 100, NOW));

    soon().until(() -> statuses(listener).contains("ready"));
    assertThat(statuses(listener)).containsExactly("processing", "ready");
  }

  @Test
  void goesOnAfterAnEntryThatNobodyCanRead() throws Exception {
    Listener listener = listen(member);

    redis.call("XADD", "dotori:{media.ready}", "*", "ce_id", "e", "data", "no JSON");
    redis.call("XADD", "dotori:{media.ready}", "*", "something", "else");
    say(new MediaReady(UUID.randomUUID(), member, "image/jpeg", 10, 10, 100, NOW));

    soon().until(() -> statuses(listener).equals(List.of("ready")));
  }

  @Test
  void showsThatItLives() throws Exception {
    Listener listener = listen(member);

    soon().until(() -> listener.heartbeats() >= 2);

    assertThat(listener.answer().headers().firstValue("Content-Type"))
        .contains("text/event-stream");
    assertThat(listener.answer().headers().firstValue("Cache-Control")).contains("no-store");
  }

  // ---- resuming

  @Test
  void tellsWhoComesBackJustWhatTheyMissed() throws Exception {
    UUID purchase = UUID.randomUUID();
    Listener first = listen(member);
    say(recorded(purchase, member, UUID.randomUUID()));
    soon().until(() -> statuses(first).equals(List.of("pending")));
    String last = first.heard().getLast().id();
    first.close();

    say(new MediaUploaded(UUID.randomUUID(), UUID.randomUUID(), NOW));
    say(distributed(purchase, member, UUID.randomUUID()));
    say(published(UUID.randomUUID(), "https://x.example/2"));

    Listener second = listen(member, last);
    soon().until(() -> second.heard().size() >= 2);
    say(new MediaUploaded(UUID.randomUUID(), member, NOW));
    soon().until(() -> second.heard().size() >= 3);
    assertThat(statuses(second)).containsExactly("distributed", "published", "processing");
  }

  @Test
  void resumesFromAHeartbeat() throws Exception {
    Listener first = listen(member);
    say(new MediaUploaded(UUID.randomUUID(), UUID.randomUUID(), NOW));
    String before = first.lastId();
    soon().until(() -> !first.lastId().equals(before));
    first.close();
    say(new MediaUploaded(UUID.randomUUID(), member, NOW));

    Listener second = listen(member, first.lastId());

    soon().until(() -> statuses(second).equals(List.of("processing")));
  }

  @Test
  void saysWhenItCannotTellWhatWasMissed() throws Exception {
    Listener first = listen(member);
    soon().until(() -> !first.lastId().isEmpty());
    String last = first.lastId();
    first.close();
    UUID marker = UUID.randomUUID();
    for (int i = 0; i <= BACKLOG; i++) {
      say(new MediaUploaded(UUID.randomUUID(), UUID.randomUUID(), NOW));
    }
    Listener watcher = listen(marker);
    say(new MediaUploaded(UUID.randomUUID(), marker, NOW));
    soon().until(() -> !watcher.heard().isEmpty());

    Listener second = listen(member, last);

    soon().until(() -> second.heard().size() == 1);
    assertThat(second.heard().getFirst().event()).isEqualTo("reset");
    say(new MediaUploaded(UUID.randomUUID(), member, NOW));
    soon().until(() -> second.heard().size() == 2);
    assertThat(second.heard().getLast().status()).isEqualTo("processing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "1-1", "1-1.2-2", "-", "1-1.1-1.1-1.1-1.1-1.1-1.1-1.99999999999999999999-1"})
  void startsAnewWithAnIdThatItNeverGave(String lastEventId) throws Exception {
    Listener listener = listen(member, lastEventId);

    soon().until(() -> listener.heard().size() == 1);
    assertThat(listener.heard().getFirst().event()).isEqualTo("reset");
  }

  // ---- limits

  @Test
  void endsWhenTheTokenDoes() throws Exception {
    Listener listener = listen(TestTokens.expiringIn(member, Duration.ofSeconds(3)), (String) null);

    soon().until(listener::isOver);
    assertThat(listener.heard()).hasSize(1);
    assertThat(listener.heard().getFirst().event()).isEqualTo("end");
    assertThat(listener.heard().getFirst().data().getString("reason")).isEqualTo("token-expired");
  }

  @Test
  void letsAMemberHaveOnlySoMany() throws Exception {
    Listener one = listen(member);
    listen(member);

    given()
        .auth()
        .preemptive()
        .oauth2(TestTokens.member(member))
        .get("/v1/events")
        .then()
        .statusCode(429)
        .contentType("application/problem+json")
        .header("Retry-After", notNullValue())
        .body("type", equalTo("/problems/too-many-streams"));

    one.close();
    soon().until(() -> listen(member).status() == 200);
  }

  @Test
  void closesOneThatDoesNotRead() throws Exception {
    Listener reader = listen(member);
    String longUrl = "https://x.example/" + "a".repeat(200_000);
    try (Socket deaf = new Socket()) {
      deaf.setReceiveBufferSize(4_096);
      deaf.connect(new InetSocketAddress(gateway.getHost(), gateway.getPort()));
      deaf.getOutputStream()
          .write(
              ("GET /v1/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                      + TestTokens.member(member)
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.UTF_8));
      InputStream in = deaf.getInputStream();
      assertThat(new String(in.readNBytes(12), StandardCharsets.UTF_8)).isEqualTo("HTTP/1.1 200");

      for (int said = 10; said <= 100; said += 10) {
        for (int i = 0; i < 10; i++) {
          say(published(UUID.randomUUID(), longUrl));
        }
        int all = said;
        soon().until(() -> reader.heard().size() == all);
      }

      // Who reads has all of it; who does not is out, and there is room for another.
      soon()
          .until(() -> {
            Listener another = listen(member);
            boolean admitted = another.status() == 200;
            another.close();
            return admitted;
          });
    }
  }

  @Test
  void isForMembersOnly() {
    for (String token : List.of(TestTokens.operator(), TestTokens.store(member))) {
      given()
          .auth()
          .preemptive()
          .oauth2(token)
          .get("/v1/events")
          .then()
          .statusCode(403)
          .contentType("application/problem+json")
          .body("type", equalTo("/problems/forbidden"));
    }
    given().get("/v1/events").then().statusCode(401);
  }

  // ---- without Redis, and at the end

  @Test
  void endsWhileRedisIsAwayAndIsBackWithIt() throws Exception {
    Listener listener = listen(member);
    redis.kill();
    try {
      soon().until(listener::isOver);
      assertThat(listener.heard().getLast().data().getString("reason")).isEqualTo("unavailable");
      given()
          .auth()
          .preemptive()
          .oauth2(TestTokens.member(member))
          .get("/v1/events")
          .then()
          .statusCode(503)
          .contentType("application/problem+json")
          .header("Retry-After", notNullValue())
          .body("type", equalTo("/problems/unavailable"));
    } finally {
      redis.restart();
    }
    soon().until(() -> listen(member).status() == 200);
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void endsBeforeTheProcessDoes() throws Exception {
    Listener listener = listen(member);

    shutdown.fire(new ShutdownDelayInitiatedEvent());

    soon().until(listener::isOver);
    assertThat(listener.heard().getLast().data().getString("reason")).isEqualTo("shutdown");
    assertThat(listen(member).status()).isEqualTo(503);
  }

  // ---- listening and saying

  private Listener listen(UUID who) throws Exception {
    return listen(TestTokens.member(who), (String) null);
  }

  private Listener listen(UUID who, String lastEventId) throws Exception {
    return listen(TestTokens.member(who), lastEventId);
  }

  private Listener listen(String token, String lastEventId) throws Exception {
    Listener listener = new Listener(gateway, token, lastEventId);
    listeners.add(listener);
    return listener;
  }

  private static List<String> statuses(Listener listener) {
    return listener.heard().stream().map(Listener.Heard::status).toList();
  }

  private void say(DomainEvent event) {
    say(UUID.randomUUID(), event);
  }

  private void say(UUID eventId, DomainEvent event) {
    redis.call(
        "XADD",
        "dotori:{" + Event.streamOf(event.getClass()) + "}",
        "*",
        "ce_id",
        eventId.toString(),
        "data",
        new String(codec.encode(event), StandardCharsets.UTF_8));
  }

  private static PurchaseRecorded recorded(UUID purchase, UUID buyer, UUID friend) {
    return new PurchaseRecorded(
        purchase,
        UUID.randomUUID(),
        buyer,
        new MoneyAmount(2933, "USD"),
        "R-1",
        1,
        293,
        null,
        List.of(new Portion(buyer, 1, 147), new Portion(friend, 1, 146)),
        NOW,
        NOW);
  }

  private static PointsDistributed distributed(UUID purchase, UUID buyer, UUID friend) {
    return new PointsDistributed(
        UUID.randomUUID(),
        PointsDistributed.Reason.PURCHASE,
        UUID.randomUUID(),
        purchase,
        null,
        293,
        List.of(new Portion(buyer, 1, 147), new Portion(friend, 1, 146)),
        NOW);
  }

  private SharePublished published(UUID share, String url) {
    return new SharePublished(share, UUID.randomUUID(), member, "x", null, null, "1", url, NOW);
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
  }
}
