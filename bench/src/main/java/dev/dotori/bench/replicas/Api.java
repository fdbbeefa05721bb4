package dev.dotori.bench.replicas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dotori.bench.BenchmarkException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients of the gateway, as apps and tills are. What is answered otherwise than expected ends the
 * run.
 */
final class Api implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** How often an upload is begun at most. */
  private static final int TRIES = 5;

  private final URI gateway;
  private final AtomicLong repeatedUploads = new AtomicLong();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  Api(URI gateway) {
    this.gateway = gateway;
  }

  /** A client's token by its credentials: the operator's, a till's. */
  String clientToken(String id, String secret) {
    String basic =
        Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8));
    return json(send(
            HttpRequest.newBuilder(gateway.resolve("/v1/oauth/token"))
                .header("Authorization", "Basic " + basic)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials")),
            200))
        .get("access_token")
        .asText();
  }

  /** A member who has signed up and in. */
  Member register(String password) {
    String email = UUID.randomUUID() + "@example.org";
    JsonNode registered =
        post(
            null,
            "/v1/members",
            "{\"email\": \"%s\", \"password\": \"%s\", \"displayName\": \"Dana\"}"
                .formatted(email, password),
            201);
    return new Member(
        UUID.fromString(registered.get("id").asText()), email, signIn(email, password));
  }

  record Member(UUID id, String email, String token) {}

  String signIn(String email, String password) {
    return post(
            null,
            "/v1/sessions",
            "{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email, password),
            201)
        .get("accessToken")
        .asText();
  }

  void get(String token, String path) {
    send(request(path, token).GET(), 200);
  }

  JsonNode post(String token, String path, String body, int expected) {
    return json(
        send(
            request(path, token)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .POST(HttpRequest.BodyPublishers.ofString(body)),
            expected));
  }

  /**
   * Straight to S3, and then said to be there; the check follows. Begun anew when it fails, as apps
   * do: under load the media service now and then fails to write to the embedded S3.
   */
  UUID upload(String token, byte[] picture, String sha256) {
    for (int tries = 1; ; tries++) {
      try {
        return uploadOnce(token, picture, sha256);
      } catch (BenchmarkException e) {
        if (tries == TRIES) {
          throw e;
        }
        repeatedUploads.incrementAndGet();
      }
    }
  }

  private UUID uploadOnce(String token, byte[] picture, String sha256) {
    JsonNode announced =
        post(
            token,
            "/v1/media",
            """
            {"fileName": "photo.jpg", "contentType": "image/jpeg", "size": %d, "sha256": "%s"}
            """
                .formatted(picture.length, sha256),
            201);
    JsonNode upload = announced.get("upload");
    HttpRequest.Builder put =
        HttpRequest.newBuilder(URI.create(upload.get("url").asText()))
            .method(upload.get("method").asText(), HttpRequest.BodyPublishers.ofByteArray(picture));
    upload
        .path("headers")
        .properties()
        .forEach(header -> put.header(header.getKey(), header.getValue().asText()));
    send(put, 200);
    UUID id = UUID.fromString(announced.get("id").asText());
    post(token, "/v1/media/" + id + "/complete", "", 202);
    return id;
  }

  /** Connects an account at a network of the sandbox, as a browser would. */
  void connect(String token, String network, URI sandbox) {
    String authorize =
        post(
                token,
                "/v1/social/connections/" + network,
                "{\"returnTo\": \"" + sandbox.resolve("/" + network) + "\"}",
                201)
            .get("authorizeUrl")
            .asText();
    int query = authorize.indexOf('?');
    String account = URLEncoder.encode("Dana-" + UUID.randomUUID(), StandardCharsets.UTF_8);
    HttpResponse<String> consented =
        exchange(
            HttpRequest.newBuilder(URI.create(authorize.substring(0, query)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        authorize.substring(query + 1) + "&user=" + account + "&decision=allow")));
    String callback = consented.headers().firstValue("Location").orElseThrow();
    send(HttpRequest.newBuilder(URI.create(callback)).GET(), 303);
  }

  /** How many uploads were begun anew. */
  long repeatedUploads() {
    return repeatedUploads.get();
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpRequest.Builder request(String path, String token) {
    HttpRequest.Builder request = HttpRequest.newBuilder(gateway.resolve(path));
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }

  private HttpResponse<String> send(HttpRequest.Builder request, int expected) {
    HttpResponse<String> response = exchange(request);
    if (response.statusCode() != expected) {
      throw new BenchmarkException(
          "%s %s was answered by %d instead of %d: %s"
              .formatted(
                  response.request().method(),
                  response.uri().getPath(),
                  response.statusCode(),
                  expected,
                  response.body()));
    }
    return response;
  }

  private HttpResponse<String> exchange(HttpRequest.Builder request) {
    try {
      return http.send(request.timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new BenchmarkException("a call failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("interrupted");
    }
  }

  private static JsonNode json(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new BenchmarkException("an answer is no JSON", e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
