package dev.dotori.members.session;

import static dev.dotori.members.Api.PASSWORD;
import static dev.dotori.members.Api.anyone;
import static dev.dotori.members.Api.json;
import static dev.dotori.members.Api.newEmail;
import static dev.dotori.members.Api.registered;
import static dev.dotori.members.Api.signIn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.dotori.local.test.MySqlTestResource;
import dev.dotori.local.test.RedisTestResource;
import dev.dotori.members.Api;
import dev.dotori.members.Database;
import dev.dotori.members.MembersConfig;
import dev.dotori.members.Together;
import io.quarkus.elytron.security.common.BcryptUtil;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(
    value = MySqlTestResource.class,
    initArgs = @ResourceArg(name = "schema", value = "members"))
@WithTestResource(RedisTestResource.class)
class SignInTest {

  private static final String WRONG = "wrong horse battery staple";

  @Inject Database database;
  @Inject MembersConfig config;
  @Inject Purge purge;

  @BeforeEach
  void forgetWhatOtherTestsTried() {
    database.update("DELETE FROM sign_in_attempt");
  }

  @Test
  void aMemberSignsIn() {
    String email = newEmail();
    UUID id = registered(email);

    Response session = signIn(" " + email.toUpperCase(), PASSWORD);

    session
        .then()
        .statusCode(201)
        .header("Cache-Control", "no-store")
        .body("memberId", equalTo(id.toString()))
        .body("expiresIn", equalTo(600));
    assertThat(session.<Map<String, Object>>path("$"))
        .containsOnlyKeys("accessToken", "refreshToken", "expiresIn", "memberId");
    Api.as(session.path("accessToken")).get("/v1/members/me").then().statusCode(200);
  }

  @Test
  void anEmailThatIsNobodysAndAWrongPasswordAreAnsweredTheSame() {
    String email = newEmail();
    registered(email);

    Response wrong = signIn(email, WRONG);
    Response nobody = signIn(newEmail(), WRONG);

    wrong.then().statusCode(401).contentType("application/problem+json");
    nobody.then().statusCode(401);
    assertThat(withoutTrace(nobody)).isEqualTo(withoutTrace(wrong));
    assertThat(nobody.headers().asList().stream().map(header -> header.getName()))
        .containsExactlyElementsOf(
            wrong.headers().asList().stream().map(header -> header.getName()).toList());
  }

  @Test
  void aRefusalRepeatsNeitherEmailNorPassword() {
    String email = newEmail();

    signIn(email, WRONG)
        .then()
        .statusCode(401)
        .body(not(containsString(email)))
        .body(not(containsString(WRONG)));
  }

  @Test
  void afterTooManyFailuresEvenTheRightPasswordHasToWait() {
    String email = newEmail();
    registered(email);
    for (int i = 0; i < config.signIn().perEmailAndAddress(); i++) {
      signIn(email, WRONG).then().statusCode(401);
    }

    Response refused = signIn(email, PASSWORD);

    refused
        .then()
        .statusCode(429)
        .contentType("application/problem+json")
        .body("type", equalTo("/problems/too-many-sign-ins"));
    assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 15 * 60);

    // of everyone else at this address nobody waits
    String other = newEmail();
    registered(other);
    signIn(other, PASSWORD).then().statusCode(201);
  }

  @Test
  void anEmailThatIsNobodysIsThrottledTheSame() {
    String email = newEmail();

    for (int i = 0; i < config.signIn().perEmailAndAddress(); i++) {
      signIn(email, WRONG).then().statusCode(401);
    }

    signIn(email, WRONG).then().statusCode(429);
  }

  @Test
  void attemptsAtOnceAreNeverMoreThanAttemptsOneByOne() throws Exception {
    String email = newEmail();
    int allowed = config.signIn().perEmailAndAddress();

    List<Integer> answers =
        Together.call(Collections.nCopies(2 * allowed, () -> signIn(email, WRONG).statusCode()));

    // Fewer may get through, when one is refused because of those that came after it.
    assertThat(answers).containsOnly(401, 429);
    assertThat(Collections.frequency(answers, 401)).isBetween(1, allowed);
    signIn(email, WRONG).then().statusCode(429);
  }

  @Test
  void aSuccessForgetsTheFailuresBeforeIt() {
    String email = newEmail();
    registered(email);
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < config.signIn().perEmailAndAddress() - 1; i++) {
        signIn(email, WRONG).then().statusCode(401);
      }
      signIn(email, PASSWORD).then().statusCode(201);
    }
  }

  @Test
  void anAddressThatTriesManyEmailsHasToWaitAndMakesNoMoreRows() {
    String address = "203.0.113.7";
    for (int i = 0; i < config.signIn().perAddress(); i++) {
      signInFrom(address, newEmail()).then().statusCode(401);
    }
    long rows = database.count("SELECT COUNT(*) FROM sign_in_attempt");

    signInFrom(address, newEmail()).then().statusCode(429);

    assertThat(database.count("SELECT COUNT(*) FROM sign_in_attempt")).isEqualTo(rows);
    signInFrom("203.0.113.8", newEmail()).then().statusCode(401);
  }

  @Test
  void addressesOfOneIpv6NetworkCountAsOne() {
    assertThat(SignInThrottle.network("2001:db8:1:2:3:4:5:6"))
        .isEqualTo(SignInThrottle.network("2001:db8:1:2::1"))
        .isNotEqualTo(SignInThrottle.network("2001:db8:1:3::1"));
    assertThat(SignInThrottle.network("203.0.113.7"))
        .isEqualTo("203.0.113.7")
        .isEqualTo(SignInThrottle.network("::ffff:203.0.113.7"));
  }

  @Test
  void failuresAreForgottenWhenTheirWindowIsOver() {
    String email = newEmail();
    for (int i = 0; i <= config.signIn().perEmailAndAddress(); i++) {
      signIn(email, WRONG);
    }
    signIn(email, WRONG).then().statusCode(429);

    database.update(
        "UPDATE sign_in_attempt SET window_ends = ?", java.time.LocalDateTime.of(2026, 1, 1, 0, 0));

    signIn(email, WRONG).then().statusCode(401);
    assertThat(database.count("SELECT MAX(attempts) FROM sign_in_attempt")).isEqualTo(1);
  }

  @Test
  void countsWhoseWindowIsOverAreDeleted() {
    signIn(newEmail(), WRONG).then().statusCode(401);

    purge.run(Instant.now());
    assertThat(database.count("SELECT COUNT(*) FROM sign_in_attempt")).isEqualTo(3);

    purge.run(Instant.now().plus(config.signIn().window()));
    assertThat(database.count("SELECT COUNT(*) FROM sign_in_attempt")).isZero();
  }

  @Test
  void whatIsCountedHoldsNoPersonalData() {
    String email = newEmail();
    signIn(email, WRONG).then().statusCode(401);

    assertThat(
            database.count(
                "SELECT COUNT(*) FROM sign_in_attempt WHERE LENGTH(subject) = 32"
                    + " AND LOCATE('example', subject) = 0"))
        .isEqualTo(3);
  }

  @Test
  void aSignInRenewsAHashThatWasMadeUnderAnotherCost() {
    String email = newEmail();
    registered(email);
    String former = BcryptUtil.bcryptHash(PASSWORD, 5);
    database.update("UPDATE member SET password_hash = ? WHERE email = ?", former, email);

    signIn(email, PASSWORD).then().statusCode(201);

    assertThat(database.text("SELECT password_hash FROM member WHERE email = ?", email))
        .startsWith("$2a$04$");
    signIn(email, PASSWORD).then().statusCode(201);
    signIn(email, WRONG).then().statusCode(401);
  }

  @Test
  void credentialsThatAreNoneAreRefused() {
    anyone()
        .body("{}")
        .post("/v1/sessions")
        .then()
        .statusCode(400)
        .body("violations.field", equalTo(List.of("email", "password")));
    signIn("a".repeat(255), WRONG).then().statusCode(400);
    signIn(newEmail(), "x".repeat(1_001)).then().statusCode(400);
    anyone()
        .body(json("email", newEmail(), "password", WRONG, "remember", true))
        .post("/v1/sessions")
        .then()
        .statusCode(400)
        .body("violations.field", equalTo(List.of("remember")));
  }

  private static Response signInFrom(String address, String email) {
    return anyone()
        .header("X-Forwarded-For", address)
        .body(json("email", email, "password", WRONG))
        .post("/v1/sessions");
  }

  private static Map<String, Object> withoutTrace(Response refusal) {
    Map<String, Object> body = refusal.path("$");
    body.remove("traceId");
    return body;
  }
}
