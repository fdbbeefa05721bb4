package dev.dotori.socialshare;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;

import dev.dotori.api.Ids;
import dev.dotori.events.DomainEvent;
import dev.dotori.events.PostPublished;
import dev.dotori.local.test.TestTokens;
import dev.dotori.outbox.Outbox;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What tests do: as a member, as the posting service, and at the networks. */
@ApplicationScoped
public class SocialLoop {

  public static final String RETURN_TO = "https://app.example.org/connected";

  private static final byte[] JPEG = {
    (byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0, 1, 2, 3, (byte) 0xff, (byte) 0xd9
  };

  private final Outbox outbox;
  private final DataSource database;
  private final String sandboxUrl;
  private final String mediaUrl;

  SocialLoop(
      Outbox outbox,
      DataSource database,
      @ConfigProperty(name = "test.sandbox-url") String sandboxUrl,
      @ConfigProperty(name = "test.media-url") String mediaUrl) {
    this.outbox = outbox;
    this.database = database;
    this.sandboxUrl = sandboxUrl;
    this.mediaUrl = mediaUrl;
  }

  // As a member.

  public RequestSpecification as(UUID memberId) {
    return given().header("Authorization", "Bearer " + TestTokens.member(memberId));
  }

  /** A member with an account of their own at each of the networks. */
  public UUID memberConnectedTo(String... networks) {
    UUID memberId = Ids.next();
    for (String network : networks) {
      connect(memberId, network);
    }
    return memberId;
  }

  public void connect(UUID memberId, String network) {
    URI callback = decide(authorizeUrl(memberId, network), "allow", "Member " + memberId);
    follow(callback).then().statusCode(303);
  }

  public URI authorizeUrl(UUID memberId, String network) {
    return URI.create(
        as(memberId)
            .contentType("application/json")
            .body(Map.of("returnTo", RETURN_TO))
            .post("/v1/social/connections/" + network)
            .then()
            .statusCode(201)
            .extract()
            .path("authorizeUrl"));
  }

  /** Passes the consent page; returns where the network sends the member's browser. */
  public URI decide(URI authorizeUrl, String decision, String user) {
    return URI.create(
        given()
            .redirects()
            .follow(false)
            .formParams(query(authorizeUrl))
            .formParam("decision", decision)
            .formParam("user", user)
            .post(URI.create(sandboxUrl + authorizeUrl.getPath()))
            .then()
            .statusCode(302)
            .extract()
            .header("Location"));
  }

  /** The browser calls the gateway, which passes it on to this service. */
  public Response follow(URI callback) {
    return given().redirects().follow(false).queryParams(query(callback)).get(callback.getPath());
  }

  public static Map<String, String> query(URI uri) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String parameter : uri.getRawQuery().split("&")) {
      String[] pair = parameter.split("=", 2);
      query.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
    }
    return query;
  }

  public JsonPath share(UUID authorId, UUID postId, String network) {
    return as(authorId)
        .get("/v1/posts/" + postId + "/shares")
        .then()
        .statusCode(200)
        .extract()
        .jsonPath()
        .setRootPath("find { it.network == '" + network + "' }");
  }

  public JsonPath awaitShare(UUID authorId, UUID postId, String network, String status) {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(() -> {
          as(authorId)
              .get("/v1/posts/" + postId + "/shares")
              .then()
              .statusCode(200)
              .body(
                  "find { it.network == '" + network + "' }.status",
                  org.hamcrest.Matchers.equalTo(status));
        });
    return share(authorId, postId, network);
  }

  public Response retry(UUID authorId, String shareId) {
    return as(authorId)
        .header("Idempotency-Key", Ids.next().toString())
        .post("/v1/shares/" + shareId + "/retry");
  }

  // As the other services.

  /** A picture at the media service. */
  public UUID picture(UUID ownerId) {
    return picture(ownerId, "ready", JPEG);
  }

  /** A picture of those bytes, that far in the media service's work. */
  public UUID picture(UUID ownerId, String status, byte[] bytes) {
    UUID id = Ids.next();
    given()
        .contentType("application/octet-stream")
        .body(bytes)
        .put(URI.create(mediaUrl + "/pictures/" + id + "?" + ownerId + "&" + status))
        .then()
        .statusCode(204);
    return id;
  }

  /** The next calls for pictures fail. */
  public void mediaDown(int calls) {
    given().put(URI.create(mediaUrl + "/down?" + calls)).then().statusCode(204);
  }

  /** The posting service says that a post is visible. */
  public UUID post(UUID authorId, String text, List<UUID> mediaIds, String... networks) {
    PostPublished event = event(authorId, text, mediaIds, networks);
    say(event);
    return event.postId();
  }

  public static PostPublished event(
      UUID authorId, String text, List<UUID> mediaIds, String... networks) {
    return new PostPublished(
        Ids.next(),
        authorId,
        text,
        Ids.next(),
        Ids.next(),
        PostPublished.Visibility.PUBLIC,
        mediaIds,
        List.of(networks),
        Instant.now());
  }

  /** Puts an event on its stream, as its service would: by an outbox. */
  public void say(DomainEvent event) {
    QuarkusTransaction.requiringNew().run(() -> outbox.add(event));
  }

  /** What this service said of a subject, as JSON, oldest first. */
  public List<JsonPath> said(String type, UUID subject) {
    return Sql.list(
        database,
        row -> new JsonPath(row.getString("data")),
        "SELECT CONVERT(data USING utf8mb4) AS data FROM outbox WHERE type = ? AND subject = ?"
            + " ORDER BY id",
        type,
        subject.toString());
  }

  public int update(String sql, Object... parameters) {
    return QuarkusTransaction.requiringNew().call(() -> Sql.update(database, sql, parameters));
  }

  public <T> List<T> rows(Sql.RowReader<T> reader, String sql, Object... parameters) {
    return Sql.list(database, reader, sql, parameters);
  }

  // At the networks.

  /** Switches a fault on; {@code more} is JSON of further fields, or empty. */
  public void fault(String network, String fault, String more) {
    String body =
        "{\"network\":\"%s\",\"fault\":\"%s\"%s}"
            .formatted(network, fault, more.isEmpty() ? "" : "," + more);
    given()
        .contentType("application/json")
        .body(body)
        .post(URI.create(sandboxUrl + "/faults"))
        .then()
        .statusCode(201);
  }

  public void noFaults() {
    given().delete(URI.create(sandboxUrl + "/faults")).then().statusCode(204);
  }

  /** How often a network's page shows a text. */
  public int shown(String network, String text) {
    String page = page(network);
    return (page.length() - page.replace(text, "").length()) / text.length();
  }

  public String page(String network) {
    return given().get(URI.create(sandboxUrl + "/" + network)).then().extract().asString();
  }

  public Response get(String url) {
    return given().get(URI.create(url));
  }
}
