package dev.dotori.local.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The gateway's API for one client (the operator, or a store's till): it signs in, and repeats what
 * was refused for the moment or whose answer was lost. What is repeated must be harmless to repeat:
 * keyed, or checked by the caller.
 */
final class Api {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** The service is busy or away, or its answer was lost: the same request may do better. */
  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);

  private final HttpClient http;
  private final URI base;
  private final String clientId;
  private final String clientSecret;
  private final Duration patience;
  private final AtomicLong repeats;
  private final ReentrantLock signingIn = new ReentrantLock();
  private volatile Token token;

  private record Token(String text, Instant renewAt) {}

  /**
   * @param patience how long one request may fail in passing before it is given up
   * @param repeats counts the requests that were sent again
   */
  Api(
      HttpClient http,
      URI base,
      String clientId,
      String clientSecret,
      Duration patience,
      AtomicLong repeats) {
    this.http = http;
    this.base = base;
    this.clientId = clientId;
    this.clientSecret = clientSecret;
    this.patience = patience;
    this.repeats = repeats;
  }

  /** Another client of the same gateway. */
  Api as(String otherId, String otherSecret) {
    return new Api(http, base, otherId, otherSecret, patience, repeats);
  }

  /** An answer that is final: neither passing trouble nor a token to renew. */
  record Answer(int status, JsonNode body) {

    boolean isSuccess() {
      return status >= 200 && status < 300;
    }

    /** Last part of the problem's type: {@code not-found}. */
    String problem() {
      String type = body.path("type").asText("");
      return type.substring(type.lastIndexOf('/') + 1);
    }

    /** For a person. */
    String explained() {
      String detail = body.path("detail").asText(body.path("title").asText("no explanation"));
      JsonNode violations = body.path("violations");
      return status
          + " "
          + problem()
          + ": "
          + detail
          + (violations.isEmpty() ? "" : " " + violations);
    }
  }

  Answer get(String path) throws InterruptedException {
    return send("GET " + path, HttpRequest.newBuilder(base.resolve(path)).GET());
  }

  Answer post(String path, JsonNode body) throws InterruptedException {
    return send("POST " + path, json(path, body));
  }

  /** A POST that takes effect once, however often it is sent. */
  Answer post(String path, JsonNode body, String idempotencyKey) throws InterruptedException {
    return send("POST " + path, json(path, body).header("Idempotency-Key", idempotencyKey));
  }

  private HttpRequest.Builder json(String path, JsonNode body) {
    return HttpRequest.newBuilder(base.resolve(path))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
  }

  private Answer send(String what, HttpRequest.Builder request) throws InterruptedException {
    Persistence persistence = new Persistence(what);
    boolean renewed = false;
    while (true) {
      String used = token();
      HttpResponse<String> response =
          attempt(
              request.setHeader("Authorization", "Bearer " + used).timeout(REQUEST_TIMEOUT).build(),
              persistence);
      if (response == null) {
        continue;
      }
      if (response.statusCode() == 401 && !renewed) {
        forget(used);
        renewed = true;
        continue;
      }
      Answer answer = new Answer(response.statusCode(), parse(response.body()));
      if (answer.status() == 409 && answer.problem().equals("request-in-progress")) {
        persistence.pause(response, "the same request is still at work");
        continue;
      }
      return answer;
    }
  }

  /** One exchange; null when it is to be tried again, after the pause that has passed already. */
  private HttpResponse<String> attempt(HttpRequest request, Persistence persistence)
      throws InterruptedException {
    try {
      HttpResponse<String> response =
          http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      if (!PASSING.contains(response.statusCode())) {
        return response;
      }
      persistence.pause(response, "status " + response.statusCode());
    } catch (IOException e) {
      persistence.pause(null, e.toString());
    }
    return null;
  }

  private String token() throws InterruptedException {
    Token current = token;
    if (current != null && Instant.now().isBefore(current.renewAt())) {
      return current.text();
    }
    signingIn.lockInterruptibly();
    try {
      if (token == null || !Instant.now().isBefore(token.renewAt())) {
        token = signIn();
      }
      return token.text();
    } finally {
      signingIn.unlock();
    }
  }

  private void forget(String refused) {
    signingIn.lock();
    try {
      if (token != null && token.text().equals(refused)) {
        token = null;
      }
    } finally {
      signingIn.unlock();
    }
  }

  private Token signIn() throws InterruptedException {
    Persistence persistence = new Persistence("signing in as " + clientId);
    String basic =
        Base64.getEncoder()
            .encodeToString((clientId + ":" + clientSecret).getBytes(StandardCharsets.UTF_8));
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve("/v1/oauth/token"))
            .timeout(REQUEST_TIMEOUT)
            .header("Authorization", "Basic " + basic)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"))
            .build();
    HttpResponse<String> response;
    do {
      response = attempt(request, persistence);
    } while (response == null);
    JsonNode body = parse(response.body());
    if (response.statusCode() != 200 || !body.hasNonNull("access_token")) {
      throw new ReplayException(
          "signing in as " + clientId + " failed with status " + response.statusCode());
    }
    long lifetime = body.path("expires_in").asLong(60);
    return new Token(
        body.get("access_token").asText(), Instant.now().plusSeconds(Math.max(1, lifetime - 60)));
  }

  private static JsonNode parse(String body) {
    try {
      return body.isBlank() ? MissingNode.getInstance() : JSON.readTree(body);
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  /** How one request goes on after passing trouble: with growing pauses, until patience is over. */
  private final class Persistence {
    private final String what;
    private final Instant giveUpAt = Instant.now().plus(patience);
    private Duration pause = FIRST_PAUSE;

    Persistence(String what) {
      this.what = what;
    }

    void pause(HttpResponse<?> response, String reason) throws InterruptedException {
      if (Instant.now().isAfter(giveUpAt)) {
        throw new ReplayException(
            what + " has failed for " + patience.toSeconds() + " s, last with: " + reason);
      }
      repeats.incrementAndGet();
      long asked =
          response == null
              ? 0
              : response.headers().firstValueAsLong("Retry-After").orElse(0) * 1_000;
      // Spread out, so that those who failed together don't come back together.
      long own = ThreadLocalRandom.current().nextLong(pause.toMillis() / 2, pause.toMillis() + 1);
      Thread.sleep(Math.max(own, Math.min(asked, LONGEST_PAUSE.toMillis())));
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
              ? LONGEST_PAUSE
              : pause.multipliedBy(2);
    }
  }
}
