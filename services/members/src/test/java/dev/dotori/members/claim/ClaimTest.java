package dev.dotori.members.claim;

import static dev.dotori.members.Api.PASSWORD;
import static dev.dotori.members.Api.anyone;
import static dev.dotori.members.Api.as;
import static dev.dotori.members.Api.json;
import static dev.dotori.members.Api.newEmail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.dotori.local.test.MySqlTestResource;
import dev.dotori.local.test.RedisTestResource;
import dev.dotori.members.Api;
import dev.dotori.members.Database;
import dev.dotori.members.MembersConfig;
import dev.dotori.members.Together;
import dev.dotori.members.mail.Mails;
import io.quarkus.mailer.MockMailbox;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(
    value = MySqlTestResource.class,
    initArgs = @ResourceArg(name = "schema", value = "members"))
@WithTestResource(RedisTestResource.class)
class ClaimTest {

  private static final String NEW_PASSWORD = "another horse battery staple";
  private static final Pattern TOKEN = Pattern.compile("\\s([A-Za-z0-9_-]{43})\\s");

  @Inject MockMailbox mailbox;
  @Inject Database database;
  @Inject MembersConfig config;
  @Inject ClaimRequests requests;
  @Inject ClaimMailing mailing;
  @Inject Claims claims;

  @Test
  void aCustomerEnrolledAtATillSetsAPasswordByMailAndSignsIn() {
    String email = newEmail();
    as(Api.operator())
        .body(json("email", email, "displayName", "Ann"))
        .post("/v1/members")
        .then()
        .statusCode(201);

    claim(" " + email.toUpperCase()).then().statusCode(202);
    setPassword(mailedToken(email), NEW_PASSWORD).then().statusCode(204);

    Api.signIn(email, NEW_PASSWORD).then().statusCode(201);
  }

  @Test
  void aNewPasswordReplacesTheFormerAndEndsEverySession() {
    Api.SignedIn ann = Api.member();

    claim(ann.email()).then().statusCode(202);
    setPassword(mailedToken(ann.email()), NEW_PASSWORD).then().statusCode(204);

    Api.signIn(ann.email(), PASSWORD).then().statusCode(401);
    Api.signIn(ann.email(), NEW_PASSWORD).then().statusCode(201);
    anyone()
        .body(json("refreshToken", ann.refreshToken()))
        .post("/v1/sessions/refresh")
        .then()
        .statusCode(401);
  }

  @Test
  void anEmailThatIsNobodysIsAnsweredTheSameAndGetsNoMail() {
    String nobody = newEmail();

    Response known = claim(Api.member().email());
    Response unknown = claim(nobody);

    known.then().statusCode(202);
    unknown.then().statusCode(202);
    assertThat(unknown.asString()).isEqualTo(known.asString());
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> dueAt(nobody) == null && attempts(nobody) == 1);
    assertThat(mailbox.getMailsSentTo(nobody)).isEmpty();
  }

  @Test
  void aTokenWorksOnce() {
    String email = Api.member().email();
    claim(email).then().statusCode(202);
    String token = mailedToken(email);

    setPassword(token, NEW_PASSWORD).then().statusCode(204);

    over(setPassword(token, PASSWORD));
    Api.signIn(email, NEW_PASSWORD).then().statusCode(201);
  }

  @Test
  void ofManyUsesAtOnceJustOneSetsThePassword() throws Exception {
    String email = Api.member().email();
    claim(email).then().statusCode(202);
    String token = mailedToken(email);

    List<Integer> answers =
        Together.call(Collections.nCopies(5, () -> setPassword(token, NEW_PASSWORD).statusCode()));

    assertThat(answers).containsOnlyOnce(204).containsOnly(204, 404);
  }

  @Test
  void aTokenThatIsUnknownOrExpiredSetsNothing() {
    String email = Api.member().email();
    claim(email).then().statusCode(202);
    String token = mailedToken(email);
    database.update("UPDATE claim SET expires_at = ?", LocalDateTime.of(2026, 1, 1, 0, 0));

    over(setPassword(token, NEW_PASSWORD));
    over(setPassword("x", NEW_PASSWORD));
    over(setPassword("x".repeat(500), NEW_PASSWORD));
    Api.signIn(email, PASSWORD).then().statusCode(201);
  }

  @Test
  void aTokenOfWhoLeftSetsNothing() {
    Api.SignedIn ann = Api.member();
    claim(ann.email()).then().statusCode(202);
    String token = mailedToken(ann.email());

    as(ann.accessToken()).delete("/v1/members/me").then().statusCode(202);

    over(setPassword(token, NEW_PASSWORD));
  }

  @Test
  void aPasswordThatIsRefusedLeavesTheTokenGood() {
    String email = Api.member().email();
    claim(email).then().statusCode(202);
    String token = mailedToken(email);

    setPassword(token, "short")
        .then()
        .statusCode(400)
        .body("violations.field", equalTo(List.of("password")));
    setPassword(token, NEW_PASSWORD).then().statusCode(204);
  }

  @Test
  void askingAgainAndAgainFillsNoMailbox() {
    String email = Api.member().email();
    for (int i = 0; i < 5; i++) {
      claim(email).then().statusCode(202);
    }
    mailedToken(email);
    claim(email).then().statusCode(202);
    mailing.run(Instant.now());

    assertThat(mailbox.getMailsSentTo(email)).hasSize(1);

    mailing.run(Instant.now().plus(config.claims().quiet()));
    claim(email).then().statusCode(202);
    await().atMost(Duration.ofSeconds(20)).until(() -> mailbox.getMailsSentTo(email).size() == 2);
  }

  @Test
  void aMailThatIsNotTakenIsTriedAgainUntilItIs() {
    String email = Api.member().email();
    // far from now, so that the service's own mailing does not take it
    Instant later = Instant.now().plus(Duration.ofDays(1));
    requests.add(email, later);
    List<String> sent = new ArrayList<>();
    ClaimMailing mailing = mailing(failing(2, sent));

    mailing.run(later);
    mailing.run(later.plusSeconds(5));
    assertThat(attempts(email)).isEqualTo(1);
    mailing.run(later.plusSeconds(10));
    mailing.run(later.plusSeconds(10 + 20));
    mailing.run(later.plusSeconds(10 + 20 + 1));

    assertThat(sent).containsOnlyOnce(email);
    assertThat(attempts(email)).isEqualTo(3);
  }

  @Test
  void aMailThatIsNeverTakenIsGivenUp() {
    String email = Api.member().email();
    Instant later = Instant.now().plus(Duration.ofDays(2));
    requests.add(email, later);
    ClaimMailing mailing = mailing(failing(Integer.MAX_VALUE, new ArrayList<>()));

    for (int hour = 0; hour < 20; hour++) {
      mailing.run(later.plus(Duration.ofHours(hour)));
    }

    // given up, and forgotten: it can be asked for again
    assertThat(database.count("SELECT COUNT(*) FROM claim_request WHERE email = ?", email))
        .isZero();
  }

  @Test
  void aCrashBetweenTakingAndMailingLosesNoMail() {
    String email = Api.member().email();
    Instant later = Instant.now().plus(Duration.ofDays(3));
    requests.add(email, later);

    assertThat(requests.take(later)).extracting(ClaimRequests.Request::email).contains(email);
    assertThat(requests.take(later.plusSeconds(60)))
        .extracting(ClaimRequests.Request::email)
        .doesNotContain(email);

    assertThat(requests.take(later.plus(Duration.ofMinutes(3))))
        .extracting(ClaimRequests.Request::email)
        .contains(email);
  }

  @Test
  void tokensAreKeptAsHashes() {
    String email = Api.member().email();
    claim(email).then().statusCode(202);

    assertThat(
            database.count(
                "SELECT COUNT(*) FROM claim WHERE token_hash = UNHEX(SHA2(?, 256))",
                mailedToken(email)))
        .isEqualTo(1);
  }

  @Test
  void whatIsNoAddressIsRefused() {
    claim("ann").then().statusCode(400).body("violations.field", equalTo(List.of("email")));
    anyone()
        .body(json("email", newEmail(), "password", PASSWORD))
        .post("/v1/members/claims")
        .then()
        .statusCode(400)
        .body("violations.field", equalTo(List.of("password")));
  }

  private String mailedToken(String email) {
    await().atMost(Duration.ofSeconds(20)).until(() -> !mailbox.getMailsSentTo(email).isEmpty());
    Matcher token = TOKEN.matcher(mailbox.getMailsSentTo(email).getLast().getText());
    assertThat(token.find()).isTrue();
    return token.group(1);
  }

  private ClaimMailing mailing(Mails mails) {
    return new ClaimMailing(requests, claims, mails, config, () -> true);
  }

  private static Mails failing(int times, List<String> sent) {
    int[] left = {times};
    return (to, subject, text) -> {
      if (left[0]-- > 0) {
        throw new dev.dotori.members.mail.MailException("away", null);
      }
      sent.add(to);
    };
  }

  private String dueAt(String email) {
    return database.text("SELECT due_at FROM claim_request WHERE email = ?", email);
  }

  private long attempts(String email) {
    return database.count("SELECT attempts FROM claim_request WHERE email = ?", email);
  }

  private static Response claim(String email) {
    return anyone().body(json("email", email)).post("/v1/members/claims");
  }

  private static Response setPassword(String token, String password) {
    return anyone().body(json("password", password)).put("/v1/members/claims/" + token);
  }

  private static void over(Response answer) {
    answer
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("type", equalTo("/problems/claim-over"));
  }
}
