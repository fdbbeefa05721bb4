package dev.dotori.media;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.events.DomainEvent;
import dev.dotori.events.Event;
import dev.dotori.events.EventCodec;
import dev.dotori.local.test.RedisTestResource;
import dev.dotori.local.test.S3TestResource;
import dev.dotori.local.test.TestTokens;
import dev.dotori.local.test.TokenTestResource;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.datasource.stream.StreamRange;
import io.quarkus.test.common.WithTestResource;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What tests of this service have in common: a member who uploads, and a look at the streams. */
@WithTestResource(RedisTestResource.class)
@WithTestResource(S3TestResource.class)
@WithTestResource(TokenTestResource.class)
abstract class MediaServiceTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Inject RedisDataSource redis;

  final UUID member = UUID.randomUUID();

  private final EventCodec codec = new EventCodec();

  /** The token of the test's member. */
  String token() {
    return TestTokens.member(member);
  }

  static String newKey() {
    return UUID.randomUUID().toString();
  }

  static Map<String, Object> declaration(String contentType, byte[] file) {
    return Map.of(
        "fileName",
        "photo.bin",
        "contentType",
        contentType,
        "size",
        file.length,
        "sha256",
        sha256(file));
  }

  JsonPath announce(String contentType, byte[] file) {
    return given()
        .auth()
        .oauth2(token())
        .header("Idempotency-Key", newKey())
        .contentType("application/json")
        .body(declaration(contentType, file))
        .post("/v1/media")
        .then()
        .statusCode(201)
        .extract()
        .jsonPath();
  }

  static HttpResponse<String> put(JsonPath announced, byte[] file) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(announced.getString("upload.url")))
            .PUT(HttpRequest.BodyPublishers.ofByteArray(file));
    Map<String, String> headers = announced.getMap("upload.headers");
    headers.forEach(request::header);
    return send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  Response complete(UUID id) {
    return given().auth().oauth2(token()).post("/v1/media/{id}/complete", id);
  }

  /** Uploads a file and says so. */
  UUID upload(String contentType, byte[] file) {
    JsonPath announced = announce(contentType, file);
    assertThat(put(announced, file).statusCode()).isEqualTo(200);
    UUID id = announced.getUUID("id");
    complete(id).then().statusCode(202);
    return id;
  }

  UUID uploadReady(String contentType, byte[] file) {
    UUID id = upload(contentType, file);
    awaitStatus(id, "ready");
    return id;
  }

  JsonPath awaitStatus(UUID id, String status) {
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              JsonPath media = get(id, token()).then().statusCode(200).extract().jsonPath();
              assertThat(media.getString("status")).isIn("processing", status);
              return media;
            },
            media -> media.getString("status").equals(status));
  }

  static Response get(UUID id, String token) {
    return given().auth().oauth2(token).get("/v1/media/{id}", id);
  }

  static Response content(UUID id, String variant, String token) {
    return given()
        .auth()
        .oauth2(token)
        .redirects()
        .follow(false)
        .queryParam("variant", variant)
        .get("/v1/media/{id}/content", id);
  }

  /** What a client gets who follows the redirect. */
  HttpResponse<byte[]> download(UUID id, String variant) {
    String location =
        content(id, variant, token()).then().statusCode(302).extract().header("Location");
    return send(
        HttpRequest.newBuilder(URI.create(location)).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  /** Says an event as another service does. */
  void say(DomainEvent event) {
    String type = event.getClass().getAnnotation(dev.dotori.events.EventType.class).value();
    redis.stream(String.class)
        .xadd(
            stream(event.getClass()),
            Map.of(
                "ce_specversion",
                "1.0",
                "ce_id",
                UUID.randomUUID().toString(),
                "ce_type",
                type,
                "ce_source",
                "test",
                "ce_subject",
                event.subject(),
                "data",
                new String(codec.encode(event), StandardCharsets.UTF_8)));
  }

  /** The entries about a file on the stream of a type of event. */
  List<Map<String, String>> said(Class<? extends DomainEvent> type, UUID mediaId) {
    return redis.stream(String.class).xrange(stream(type), StreamRange.of("-", "+")).stream()
        .map(entry -> entry.payload())
        .filter(fields -> mediaId.toString().equals(fields.get("ce_subject")))
        .toList();
  }

  <T extends DomainEvent> T event(Map<String, String> fields, Class<T> type) {
    return codec.decode(fields.get("data").getBytes(StandardCharsets.UTF_8), type);
  }

  private static String stream(Class<? extends DomainEvent> type) {
    return "dotori:{" + Event.streamOf(type) + "}";
  }

  static String sha256(byte[] file) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> HttpResponse<T> send(
      HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      return HTTP.send(request, handler);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
