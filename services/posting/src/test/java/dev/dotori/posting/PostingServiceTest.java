package dev.dotori.posting;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;

import dev.dotori.events.DomainEvent;
import dev.dotori.events.Event;
import dev.dotori.events.EventCodec;
import dev.dotori.events.EventType;
import dev.dotori.events.MediaReady;
import dev.dotori.events.MediaRejected;
import dev.dotori.local.test.MySqlTestResource;
import dev.dotori.local.test.RedisTestResource;
import dev.dotori.local.test.TestTokens;
import dev.dotori.local.test.TokenTestResource;
import dev.dotori.posting.media.MediaState;
import dev.dotori.posting.media.MediaStates;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.datasource.stream.StreamRange;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What tests of this service have in common: a member who posts, and a look at the streams. */
@WithTestResource(
    value = MySqlTestResource.class,
    initArgs = @ResourceArg(name = "schema", value = "posting"))
@WithTestResource(RedisTestResource.class)
@WithTestResource(TokenTestResource.class)
@WithTestResource(PeerMediaService.class)
public abstract class PostingServiceTest {

  @Inject protected RedisDataSource redis;
  @Inject protected MediaStates mediaStates;

  protected PeerMediaService mediaService;

  protected final UUID member = UUID.randomUUID();
  protected final String stranger = TestTokens.member(UUID.randomUUID());

  private final EventCodec codec = new EventCodec();

  protected String token() {
    return TestTokens.member(member);
  }

  protected static String newKey() {
    return UUID.randomUUID().toString();
  }

  /** A post's fields: {@code fields("text", "Hello", "visibility", "private")}. */
  protected static Map<String, Object> fields(Object... pairs) {
    Map<String, Object> fields = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      fields.put((String) pairs[i], pairs[i + 1]);
    }
    return fields;
  }

  protected ValidatableResponse post(Map<String, Object> fields) {
    return post(fields, newKey());
  }

  protected ValidatableResponse post(Map<String, Object> fields, String key) {
    return given()
        .auth()
        .oauth2(token())
        .header("Idempotency-Key", key)
        .contentType("application/json")
        .body(fields)
        .post("/v1/posts")
        .then();
  }

  /** Writes a post that is taken. */
  protected UUID written(Object... pairs) {
    return post(fields(pairs)).statusCode(201).extract().jsonPath().getUUID("id");
  }

  protected static Response get(UUID id, String token) {
    return given().auth().oauth2(token).get("/v1/posts/{id}", id);
  }

  protected void awaitStatus(UUID id, String status) {
    await().until(() -> get(id, token()).jsonPath().getString("status").equals(status));
  }

  protected MediaReady ready(UUID media) {
    return new MediaReady(media, member, "image/jpeg", 10, 10, 100, Instant.now());
  }

  protected MediaRejected rejected(UUID media) {
    return new MediaRejected(media, member, "damaged", Instant.now());
  }

  /** A file of the member's that is known to be ready. */
  protected UUID readyMedia() {
    UUID media = UUID.randomUUID();
    say(ready(media));
    awaitKnown(media);
    return media;
  }

  protected void awaitKnown(UUID media) {
    await()
        .until(() -> {
          MediaState state = mediaStates.find(List.of(media)).get(media);
          return state != null && state.status() != MediaState.Status.UNKNOWN;
        });
  }

  /** Says an event as its service does. */
  protected void say(DomainEvent event) {
    EventType type = event.getClass().getAnnotation(EventType.class);
    redis.stream(String.class)
        .xadd(
            stream(event.getClass()),
            Map.of(
                "ce_specversion", "1.0",
                "ce_id", UUID.randomUUID().toString(),
                "ce_type", type.value(),
                "ce_source", type.source(),
                "ce_subject", event.subject(),
                "ce_time", Instant.now().toString(),
                "data", new String(codec.encode(event), StandardCharsets.UTF_8)));
  }

  /** What this service said of the type about the post. */
  protected <T extends DomainEvent> List<T> said(Class<T> type, UUID postId) {
    return redis.stream(String.class).xrange(stream(type), StreamRange.of("-", "+")).stream()
        .map(entry -> entry.payload())
        .filter(fields -> postId.toString().equals(fields.get("ce_subject")))
        .map(fields -> codec.decode(fields.get("data").getBytes(StandardCharsets.UTF_8), type))
        .toList();
  }

  protected <T extends DomainEvent> T awaitSaid(Class<T> type, UUID postId) {
    await().until(() -> !said(type, postId).isEmpty());
    return said(type, postId).getFirst();
  }

  private static String stream(Class<? extends DomainEvent> type) {
    return "dotori:{" + Event.streamOf(type) + "}";
  }
}
