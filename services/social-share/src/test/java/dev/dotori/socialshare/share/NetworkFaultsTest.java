package dev.dotori.socialshare.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.dotori.api.Ids;
import dev.dotori.socialshare.SocialLoop;
import dev.dotori.socialshare.SocialShareTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a network or a worker does, a post is shown there once, or its author is told. */
@SocialShareTest
class NetworkFaultsTest {

  @Inject SocialLoop loop;

  @BeforeEach
  @AfterEach
  void networksAreWell() {
    loop.noFaults();
  }

  @Test
  void xIsNotAskedAgainBeforeItsLimitIsLifted() {
    UUID author = loop.memberConnectedTo("x");
    loop.fault("x", "rate_limited", "\"resetSeconds\":4");
    Instant lifted = Instant.now().plusSeconds(4);

    UUID post = loop.post(author, unique("Patient"), List.of(), "x");
    await().until(() -> "rate_limited".equals(shareOf(author, post).getString("errorClass")));
    JsonPath waiting = loop.share(author, post, "x");
    assertThat(waiting.getString("status")).isEqualTo("queued");
    assertThat(Instant.parse(waiting.getString("nextAttemptAt")))
        .isBetween(lifted.minusSeconds(1), lifted.plusSeconds(3));

    JsonPath published = loop.awaitShare(author, post, "x", "published");
    assertThat(Instant.now()).isAfterOrEqualTo(lifted.minusSeconds(1));
    assertThat(published.getInt("attempts")).isEqualTo(2);
  }

  @Test
  void facebooksLimitIsReadFromItsHeader() {
    UUID author = loop.memberConnectedTo("facebook");
    loop.fault("facebook", "rate_limited", "\"resetSeconds\":120");

    UUID post = loop.post(author, unique("Patient"), List.of(), "facebook");

    await().until(() -> "rate_limited".equals(shareOf(author, post).getString("errorClass")));
    assertThat(Instant.parse(shareOf(author, post).getString("nextAttemptAt")))
        .isBetween(Instant.now().plusSeconds(100), Instant.now().plusSeconds(130));
  }

  @ParameterizedTest
  @CsvSource({"facebook,post", "facebook,upload", "x,post", "x,upload"})
  void aNetworkThatFailsIsTriedAgain(String network, String operation) {
    UUID author = loop.memberConnectedTo(network);
    loop.fault(network, "server_error", "\"times\":2,\"operation\":\"" + operation + "\"");
    String text = unique("Again");

    UUID post = loop.post(author, text, List.of(loop.picture(author)), network);

    JsonPath published = loop.awaitShare(author, post, network, "published");
    assertThat(published.getInt("attempts")).isEqualTo(3);
    assertThat(loop.shown(network, text)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "facebook,timeout_after_acceptance,true",
    "facebook,timeout_after_acceptance,false",
    "facebook,server_error_after_acceptance,true",
    "x,timeout_after_acceptance,true",
    "x,timeout_after_acceptance,false",
    "x,server_error_after_acceptance,true"
  })
  void whatWasAcceptedWithoutAnAnswerIsFoundAndNotPostedTwice(
      String network, String fault, boolean withPicture) {
    UUID author = loop.memberConnectedTo(network);
    loop.fault(network, fault, "\"delaySeconds\":4");
    String text = unique("Accepted & <silent>");
    List<UUID> pictures = withPicture ? List.of(loop.picture(author)) : List.of();

    UUID post = loop.post(author, text, pictures, network);

    await().until(() -> "unknown".equals(shareOf(author, post).getString("status")));
    JsonPath published = loop.awaitShare(author, post, network, "published");
    assertThat(published.getInt("attempts")).isEqualTo(2);
    assertThat(loop.shown(network, uniquePart(text))).isEqualTo(1);
    loop.get(published.getString("remoteUrl")).then().statusCode(200);
    assertThat(loop.said("share.published.v1", UUID.fromString(published.getString("id"))))
        .hasSize(1);
  }

  @Test
  void whereLookingIsForbiddenTheAuthorDecides() {
    UUID author = loop.memberConnectedTo("x");
    loop.fault("x", "timeout_after_acceptance", "\"delaySeconds\":4");
    loop.fault("x", "forbidden", "\"operation\":\"read\",\"times\":10");
    String text = unique("Who knows");

    UUID post = loop.post(author, text, List.of(loop.picture(author)), "x");

    await().until(() -> "cannot_look_up".equals(shareOf(author, post).getString("errorClass")));
    JsonPath unknown = loop.share(author, post, "x");
    assertThat(unknown.getString("status")).isEqualTo("unknown");
    assertThat(unknown.getString("nextAttemptAt")).isNull();
    assertThat(loop.said("share.failed.v1", UUID.fromString(unknown.getString("id")))).isEmpty();
    assertThat(loop.shown("x", uniquePart(text))).isEqualTo(1);

    loop.retry(author, unknown.getString("id")).then().statusCode(202);
    loop.awaitShare(author, post, "x", "published");
    // The author was told that it may be there, and asked for it all the same.
    assertThat(loop.shown("x", uniquePart(text))).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"facebook", "x"})
  void anExpiredTokenIsRenewed(String network) {
    UUID author = loop.memberConnectedTo(network);
    loop.fault(network, "expired_token", "");

    UUID post = loop.post(author, unique("Renewed"), List.of(), network);

    JsonPath published = loop.awaitShare(author, post, network, "published");
    assertThat(published.getInt("attempts")).isEqualTo(1);
    UUID next = loop.post(author, unique("And used"), List.of(), network);
    loop.awaitShare(author, next, network, "published");
  }

  @Test
  void aRenewalThatIsRefusedToOurAppBreaksNoConnection() {
    UUID author = loop.memberConnectedTo("x");
    loop.fault("x", "expired_token", "");
    loop.fault("x", "forbidden", "\"operation\":\"token\"");

    UUID post = loop.post(author, unique("Not the member's fault"), List.of(), "x");

    JsonPath published = loop.awaitShare(author, post, "x", "published");
    assertThat(published.getInt("attempts")).isEqualTo(2);
    assertThat(loop.said("connection.broken.v1", author)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"facebook", "x"})
  void aRevokedConsentFailsTheShareAndBreaksTheConnection(String network) {
    UUID author = loop.memberConnectedTo(network);
    loop.fault(network, "revoked_token", "");
    String text = unique("Revoked");

    UUID post = loop.post(author, text, List.of(), network);

    JsonPath failed = loop.awaitShare(author, post, network, "failed");
    assertThat(failed.getString("errorClass")).isEqualTo("connection_broken");
    loop.as(author).get("/v1/social/connections").then().body("items[0].status", equalTo("broken"));
    List<JsonPath> said = loop.said("connection.broken.v1", author);
    assertThat(said).hasSize(1);
    assertThat(said.getFirst().getString("network")).isEqualTo(network);
    assertThat(loop.shown(network, text)).isZero();

    loop.connect(author, network);
    loop.retry(author, failed.getString("id")).then().statusCode(202);
    loop.awaitShare(author, post, network, "published");
  }

  @Test
  void aDuplicateThatIsNotOursFails() {
    UUID author = loop.memberConnectedTo("x");
    loop.fault("x", "duplicate", "");

    UUID post = loop.post(author, unique("Said before"), List.of(), "x");

    JsonPath failed = loop.awaitShare(author, post, "x", "failed");
    assertThat(failed.getString("errorClass")).isEqualTo("duplicate");
  }

  @Test
  void attemptsHaveALimit() {
    UUID author = loop.memberConnectedTo("x");
    loop.fault("x", "server_error", "\"times\":100,\"operation\":\"upload\"");

    UUID post = loop.post(author, unique("Never"), List.of(loop.picture(author)), "x");

    JsonPath failed = loop.awaitShare(author, post, "x", "failed");
    assertThat(failed.getInt("attempts")).isEqualTo(6);
    assertThat(failed.getString("errorClass")).isEqualTo("unavailable");
    assertThat(loop.said("share.failed.v1", UUID.fromString(failed.getString("id")))).hasSize(1);
  }

  @Test
  void aShareWhoseWorkerDiedBeforeSendingIsTakenUp() {
    UUID author = loop.memberConnectedTo("x");
    loop.fault("x", "rate_limited", "\"resetSeconds\":600");
    String text = unique("Taken up");
    UUID post = loop.post(author, text, List.of(), "x");
    await().until(() -> "rate_limited".equals(shareOf(author, post).getString("errorClass")));

    // As a worker leaves it that dies between its claim and the request.
    loop.update(
        "UPDATE share SET status = 'publishing', claim = ?, due_at = ? WHERE post_id = ?",
        Ids.next(),
        Instant.now().plus(Duration.ofSeconds(1)),
        post);

    assertThat(loop.share(author, post, "x").getString("status")).isEqualTo("publishing");
    loop.awaitShare(author, post, "x", "published");
    assertThat(loop.shown("x", text)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"facebook", "x"})
  void aShareWhoseWorkerDiedAfterSendingIsFound(String network) {
    UUID author = loop.memberConnectedTo(network);
    String text = unique("Sent, then died");
    UUID post = loop.post(author, text, List.of(loop.picture(author)), network);
    String remoteId = loop.awaitShare(author, post, network, "published").getString("remoteId");

    // As a worker leaves it that dies after the network's answer and before its own commit.
    loop.update(
        """
        UPDATE share SET status = 'publishing', claim = ?, due_at = ?, sent_at = ?,
            remote_id = NULL, remote_url = NULL WHERE post_id = ?
        """,
        Ids.next(),
        Instant.now(),
        Instant.now().minusSeconds(60),
        post);

    JsonPath found = loop.awaitShare(author, post, network, "published");
    assertThat(found.getString("remoteId")).isEqualTo(remoteId);
    assertThat(loop.shown(network, text)).isEqualTo(1);
  }

  @Test
  void aWorkerThatLostItsLeaseChangesNothing() {
    UUID author = loop.memberConnectedTo("x");
    loop.fault("x", "timeout_after_acceptance", "\"delaySeconds\":1");
    String text = unique("Slow worker");
    UUID post = loop.post(author, text, List.of(loop.picture(author)), "x");
    await().until(() -> loop.shown("x", text) == 1);

    // Meanwhile another worker takes it for dead.
    loop.update("UPDATE share SET due_at = ? WHERE post_id = ?", Instant.now(), post);

    JsonPath published = loop.awaitShare(author, post, "x", "published");
    assertThat(loop.shown("x", text)).isEqualTo(1);
    assertThat(loop.said("share.published.v1", UUID.fromString(published.getString("id"))))
        .hasSize(1);
  }

  private JsonPath shareOf(UUID author, UUID post) {
    return loop.as(author).get("/v1/posts/" + post + "/shares").jsonPath().setRootPath("[0]");
  }

  private static String unique(String text) {
    return text + " " + Ids.next() + ".";
  }

  /** Without the characters that a page escapes. */
  private static String uniquePart(String text) {
    return text.substring(text.lastIndexOf(' ') + 1);
  }
}
