package dev.dotori.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;

/** A client of the gateway: a browser, an app or a till, signed in or not. */
public final class Client {

  static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI gateway;
  private final String token;

  private Client(URI gateway, String token) {
    this.gateway = gateway;
    this.token = token;
  }

  static Client of(URI gateway) {
    return new Client(gateway, null);
  }

  /** An answer, whatever it says. */
  record Answer(int status, JsonNode body, String text, java.net.http.HttpHeaders headers) {

    Answer is(int expected) {
      assertThat(status).as(text).isEqualTo(expected);
      return this;
    }

    String text(String field) {
      assertThat(body.hasNonNull(field)).as(field + " in " + text).isTrue();
      return body.get(field).asText();
    }

    /** A refusal of this type that tells nothing of what is inside. */
    Answer isProblem(int expected, String type) {
      is(expected);
      assertThat(headers.firstValue("Content-Type"))
          .hasValueSatisfying(it -> assertThat(it).startsWith("application/problem+json"));
      assertThat(text("type")).isEqualTo("/problems/" + type);
      assertThat(body.get("status").asInt()).isEqualTo(expected);
      assertThat(text)
          .doesNotContainPattern(
              "(?i)exception|\\bat [a-z]+\\.|java\\.|quarkus|hibernate|select |insert ");
      return this;
    }

    /** The field is among those that are named as wrong. */
    Answer names(String field) {
      assertThat(body.path("violations").findValuesAsText("field")).as(text).contains(field);
      return this;
    }
  }

  Client withToken(String other) {
    return new Client(gateway, other);
  }

  /** Signed in by client credentials: a store's till, the operator. */
  Client signedInAs(String clientId, String clientSecret) {
    String basic =
        Base64.getEncoder()
            .encodeToString((clientId + ":" + clientSecret).getBytes(StandardCharsets.UTF_8));
    Answer answer =
        exchange(
            HttpRequest.newBuilder(gateway.resolve("/v1/oauth/token"))
                .header("Authorization", "Basic " + basic)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials")));
    return withToken(answer.is(200).text("access_token"));
  }

  Answer get(String path) {
    return send(request(path).GET());
  }

  Answer post(String path, String json) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  /** A POST under a new Idempotency-Key. */
  Answer postOnce(String path, String json) {
    return post(path, json.getBytes(StandardCharsets.UTF_8));
  }

  /** The same, with bytes that need not be text. */
  Answer post(String path, byte[] json) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", UUID.randomUUID().toString())
            .POST(HttpRequest.BodyPublishers.ofByteArray(json)));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(gateway.resolve(path));
  }

  private Answer send(HttpRequest.Builder request) {
    return exchange(token == null ? request : request.header("Authorization", "Bearer " + token));
  }

  static Answer exchange(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response =
          HTTP.send(
              request.timeout(Duration.ofSeconds(30)).build(),
              HttpResponse.BodyHandlers.ofString());
      return new Answer(
          response.statusCode(), parse(response.body()), response.body(), response.headers());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode parse(String body) {
    try {
      return body.isBlank() ? MissingNode.getInstance() : JSON.readTree(body);
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }
}
