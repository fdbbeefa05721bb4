package dev.dotori.gateway.proxy;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.dotori.gateway.Upstream;
import dev.dotori.gateway.UpstreamTestResource;
import dev.dotori.local.test.RedisTestResource;
import dev.dotori.local.test.TestTokens;
import dev.dotori.local.test.TokenTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(UpstreamTestResource.class)
@WithTestResource(TokenTestResource.class)
@WithTestResource(RedisTestResource.class)
class ForwardingTest {

  @TestHTTPResource URI gateway;

  Upstream upstream;

  @BeforeEach
  void forget() {
    upstream.reset();
  }

  @Test
  void carriesTheRequestThereAndTheAnswerBack() {
    signedIn()
        .urlEncodingEnabled(false)
        .contentType("application/json")
        .header("Idempotency-Key", "k-1")
        .body("{\"amount\":1}")
        .post("/v1/purchases?x=a%20b&y=1")
        .then()
        .statusCode(200)
        .contentType("application/json")
        .header("ETag", "\"7\"")
        .body("method", equalTo("POST"))
        .body("uri", equalTo("/v1/purchases?x=a%20b&y=1"))
        .body("bodySize", equalTo(12))
        .body("headers.idempotency-key", equalTo("k-1"))
        .body("headers.authorization", startsWith("Bearer "));
  }

  @Test
  void saysItselfWhereARequestComesFrom() {
    signedIn()
        .header("X-Forwarded-For", "203.0.113.9")
        .header("X-Forwarded-Host", "evil.example")
        .header("X-Forwarded-Prefix", "/evil")
        .header("X-Real-IP", "203.0.113.9")
        .header("Forwarded", "for=203.0.113.9")
        .get("/v1/feed")
        .then()
        .body("headers.x-forwarded-for", equalTo("127.0.0.1"))
        .body("headers.x-forwarded-proto", equalTo("http"))
        .body("headers.x-forwarded-host", equalTo(gateway.getAuthority()))
        .body("headers", not(hasKey("x-forwarded-prefix")))
        .body("headers", not(hasKey("x-real-ip")))
        .body("headers", not(hasKey("forwarded")));
  }

  @Test
  void keepsHeadersOfOneConnectionOnThatConnection() throws Exception {
    String answer =
        raw(
            "GET /v1/feed HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                + TestTokens.member(UUID.randomUUID())
                + "\r\nConnection: close\r\nConnection: X-Secret\r\nX-Secret: 1\r\nKeep-Alive: 5\r\nProxy-Authorization: p\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 200");
    assertThat(answer)
        .doesNotContain("x-secret")
        .doesNotContain("keep-alive")
        .doesNotContain("proxy-auth");
    assertThat(answer).doesNotContain("X-Private").doesNotContain("upstream/1.0");
  }

  @Test
  void takesAndMakesRequestIdsAndTraceContext() {
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    signedIn()
        .header("X-Request-Id", "till-7")
        .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
        .get("/v1/feed")
        .then()
        .header("X-Request-Id", "till-7")
        .header("traceparent", startsWith("00-" + trace))
        .body("headers.x-request-id", equalTo("till-7"))
        .body("headers.traceparent", startsWith("00-" + trace));
    signedIn()
        .header("X-Request-Id", "not sane\tat all")
        .get("/v1/feed")
        .then()
        .header("X-Request-Id", matchesPattern("[0-9a-f-]{36}"))
        .header("traceparent", matchesPattern("00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]"))
        .body("headers.traceparent", notNullValue());
  }

  @Test
  void protectsBrowsers() {
    signedIn()
        .get("/v1/feed")
        .then()
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", startsWith("default-src 'none'"))
        .header("Server", nullValue());
  }

  @Test
  void answersItsOwnCallsItself() {
    given()
        .auth()
        .preemptive()
        .oauth2(TestTokens.operator())
        .header("X-Request-Id", "operator-7")
        .get("/v1/ops/services")
        .then()
        .statusCode(501)
        .contentType("application/problem+json")
        .header("X-Request-Id", "operator-7")
        .header("X-Content-Type-Options", "nosniff")
        .header("RateLimit", startsWith("\"read\""))
        .body("type", equalTo("/problems/no-platform"))
        .body("instance", equalTo("/v1/ops/services"))
        .body("traceId", matchesPattern("[0-9a-f]{32}"));
    assertThat(upstream.requests()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/internal/stores/7", "/nothing", "/v1/event", "/q/health", "/"})
  void answersNotFoundForWhatIsNobodys(String path) {
    signedIn()
        .get(URI.create(gateway.toString().replaceAll("/$", "") + path))
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("type", equalTo("/problems/not-found"))
        .body("status", equalTo(404))
        .body("instance", equalTo(path))
        .body("traceId", matchesPattern("[0-9a-f]{32}"));
    assertThat(upstream.requests()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/feed/../../internal/stores",
        "/v1/feed/%2e%2e/%2e%2e/internal",
        "/v1/feed%2f..%2f..%2finternal",
        "/v1/feed;/../internal"
      })
  void letsNoTrickedPathThrough(String path) throws Exception {
    String answer =
        raw(
            "GET "
                + path
                + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer "
                + TestTokens.member(UUID.randomUUID())
                + "\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 400").contains("application/problem+json");
    assertThat(upstream.requests()).isZero();
  }

  @Test
  void refusesTenMegabytesOfJson() {
    signedIn()
        .contentType("application/json")
        .body(new byte[10 * 1024 * 1024])
        .post("/v1/purchases")
        .then()
        .statusCode(413)
        .contentType("application/problem+json")
        .body("type", equalTo("/problems/too-large"));
    assertThat(upstream.requests()).isZero();
  }

  @Test
  void refusesABodyThatGrowsOverTheLimitWithoutHavingSaidSo() throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(gateway.resolve("/v1/purchases"))
                    .header("Authorization", "Bearer " + TestTokens.member(UUID.randomUUID()))
                    .POST(
                        HttpRequest.BodyPublishers.ofInputStream(() -> new Zeros(3 * 1024 * 1024)))
                    .build(),
                HttpResponse.BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("/problems/too-large");
    assertThat(upstream.bytesReceived()).isLessThanOrEqualTo(1024 * 1024);
  }

  @Test
  void takesLargerFilesThanJson() {
    signedIn()
        .contentType("multipart/form-data; boundary=b")
        .body(new byte[10 * 1024 * 1024])
        .post("/v1/media/files")
        .then()
        .statusCode(200)
        .body("bodySize", equalTo(10 * 1024 * 1024));
    signedIn()
        .contentType("multipart/form-data; boundary=b")
        .body(new byte[11 * 1024 * 1024])
        .post("/v1/media/files")
        .then()
        .statusCode(413);
  }

  @Test
  void passesAnUploadOnWhileItComes() throws Exception {
    try (Socket socket = new Socket(gateway.getHost(), gateway.getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST /v1/media/files HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\nAuthorization: Bearer "
                  + TestTokens.member(UUID.randomUUID())
                  + "\r\nConnection: close\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      out.write(new byte[100_000]);
      out.flush();

      await().atMost(Duration.ofSeconds(5)).until(() -> upstream.bytesReceived() == 100_000);

      out.write(new byte[100_000]);
      out.flush();
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void passesAnAnswerOnWhileItComes() throws Exception {
    HttpResponse<InputStream> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(gateway.resolve("/v1/feed/chunks"))
                    .header("Authorization", "Bearer " + TestTokens.member(UUID.randomUUID()))
                    .timeout(Duration.ofSeconds(5))
                    .build(),
                HttpResponse.BodyHandlers.ofInputStream());
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).isEqualTo("first");

      upstream.openGate();

      assertThat(lines.readLine()).isEqualTo("last");
      assertThat(lines.readLine()).isNull();
    }
  }

  @Test
  void passesOnAnAnswerThatComesBeforeTheBodyIsRead() {
    signedIn()
        .body(new byte[500_000])
        .post("/v1/posts/7/early")
        .then()
        .statusCode(409)
        .body(equalTo("early"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"DELETE /v1/posts/7/gone", "GET /v1/posts/7/unchanged", "HEAD /v1/feed"})
  void framesAnswersWithoutABodyAsSuch(String call) throws Exception {
    String answer =
        raw(
            call
                + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer "
                + TestTokens.member(UUID.randomUUID())
                + "\r\n\r\n");

    assertThat(answer)
        .matches("(?s)HTTP/1.1 (204|304|200) .*\r\n\r\n")
        .doesNotContainIgnoringCase("chunked");
  }

  @Test
  void leavesRedirectsToTheClient() {
    signedIn()
        .redirects()
        .follow(false)
        .get("/v1/posts/7/elsewhere")
        .then()
        .statusCode(303)
        .header("Location", "https://example.org/");
  }

  @Test
  void tellsAClientThatAsksFirstWhetherToSend() throws Exception {
    try (Socket socket = new Socket(gateway.getHost(), gateway.getPort())) {
      socket.setSoTimeout(5_000);
      String head =
          "POST /v1/purchases HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n"
              + "Connection: close\r\nAuthorization: Bearer "
              + TestTokens.member(UUID.randomUUID())
              + "\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));

      assertThat(lines.readLine()).isEqualTo("HTTP/1.1 100 Continue");
      assertThat(lines.readLine()).isEmpty();

      socket.getOutputStream().write("12345".getBytes(StandardCharsets.US_ASCII));
      assertThat(lines.readLine()).isEqualTo("HTTP/1.1 200 OK");
    }
  }

  @Test
  void saysWhenAServiceDoesNotAnswerInTime() {
    signedIn()
        .body("{}")
        .post("/v1/posts/7/hang")
        .then()
        .statusCode(504)
        .body("type", equalTo("/problems/gateway-timeout"));
  }

  @Test
  void blamesTheServiceWhenItIsTheOneThatStopsReading() {
    upstream.stopReading();

    // More than the sockets' buffers on the way hold.
    signedIn()
        .contentType("multipart/form-data; boundary=b")
        .body(new byte[10 * 1024 * 1024])
        .post("/v1/media/files")
        .then()
        .statusCode(504);
    upstream.reset();
  }

  @Test
  void saysWhenABodyStopsArriving() throws Exception {
    String answer =
        raw(
            "POST /v1/purchases HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n"
                + "Authorization: Bearer "
                + TestTokens.member(UUID.randomUUID())
                + "\r\n\r\n12");

    assertThat(answer).startsWith("HTTP/1.1 408").contains("/problems/request-timeout");
  }

  @Test
  void saysWhenAServiceBreaksOff() {
    signedIn()
        .get("/v1/posts/7/die")
        .then()
        .statusCode(502)
        .body("type", equalTo("/problems/bad-gateway"));
  }

  @Test
  void saysWhenAServiceIsDown() {
    signedIn()
        .get("/v1/social/networks")
        .then()
        .statusCode(503)
        .header("Retry-After", "1")
        .body("type", equalTo("/problems/unavailable"));
  }

  @Test
  void neverPassesHalfAnAnswerForAWholeOne() throws Exception {
    String answer =
        raw(
            "GET /v1/feed/break HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                + TestTokens.member(UUID.randomUUID())
                + "\r\n\r\n");

    assertThat(answer).contains("1000").endsWith("half");
  }

  @Test
  void knowsNoMethodsButTheApis() throws Exception {
    assertThat(raw("TRACE /v1/feed HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 405")
        .contains("/problems/method-not-allowed");
  }

  private RequestSpecification signedIn() {
    return given().auth().preemptive().oauth2(TestTokens.member(UUID.randomUUID()));
  }

  /** What no client library would send, and all that is answered until the connection ends. */
  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(gateway.getHost(), gateway.getPort())) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** So many zeros, whose number nobody is told before. */
  private static final class Zeros extends InputStream {
    private int left;

    Zeros(int count) {
      this.left = count;
    }

    @Override
    public int read() {
      return left-- > 0 ? 0 : -1;
    }
  }
}
