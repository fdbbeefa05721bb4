package dev.dotori.members.member;

import static dev.dotori.members.Api.PASSWORD;
import static dev.dotori.members.Api.anyone;
import static dev.dotori.members.Api.as;
import static dev.dotori.members.Api.json;
import static dev.dotori.members.Api.newEmail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import dev.dotori.local.test.MySqlTestResource;
import dev.dotori.local.test.RedisTestResource;
import dev.dotori.members.Api;
import dev.dotori.members.Database;
import dev.dotori.members.Together;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(
    value = MySqlTestResource.class,
    initArgs = @ResourceArg(name = "schema", value = "members"))
@WithTestResource(RedisTestResource.class)
class RegistrationTest {

  @Inject Database database;

  @Test
  void anyoneRegistersWithAPassword() {
    String email = newEmail();

    Response answer = register(email, PASSWORD, "Ann");

    answer
        .then()
        .statusCode(201)
        .body("email", equalTo(email))
        .body("displayName", equalTo("Ann"))
        .body("createdAt", matchesPattern("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z"))
        .header("Location", containsString("/v1/members/" + answer.path("id")));
    assertThat(answer.<Map<String, Object>>path("$"))
        .containsOnlyKeys("id", "email", "displayName", "createdAt");
  }

  @Test
  void registrationIsToldAsAnEventWithoutPersonalDataButTheName() {
    String email = newEmail();

    UUID id = Api.id(register(email, PASSWORD, "Ann"));

    assertThat(database.eventsOf(id))
        .singleElement()
        .satisfies(event -> {
          assertThat(event.type()).isEqualTo("member.registered.v1");
          assertThat(event.data())
              .contains("\"memberId\":\"" + id + "\"", "\"displayName\":\"Ann\"")
              .doesNotContain(email);
        });
  }

  @Test
  void withoutItsEventThereIsNoRegistration() {
    String email = newEmail();

    database.withoutTable("outbox", () -> register(email, PASSWORD, "Ann").then().statusCode(500));

    assertThat(database.count("SELECT COUNT(*) FROM member WHERE email = ?", email)).isZero();
  }

  @Test
  void addressesThatDifferInCaseOrBlanksAreTheSame() {
    String email = newEmail();
    register("  " + email.toUpperCase() + " ", PASSWORD, "Ann")
        .then()
        .statusCode(201)
        .body("email", equalTo(email));

    register(email, PASSWORD, "Bob")
        .then()
        .statusCode(409)
        .contentType("application/problem+json")
        .body("type", equalTo("/problems/email-taken"))
        .body("status", equalTo(409));
  }

  @Test
  void anInternationalDomainIsKeptInItsAsciiForm() {
    String local = UUID.randomUUID().toString();

    register(local + "@bücher.example", PASSWORD, "Ann")
        .then()
        .statusCode(201)
        .body("email", equalTo(local + "@xn--bcher-kva.example"));
  }

  @Test
  void ofManyRegistrationsAtOnceJustOneWins() throws Exception {
    String email = newEmail();
    Callable<Integer> registration = () -> register(email, PASSWORD, "Ann").statusCode();

    List<Integer> answers = Together.call(Collections.nCopies(8, registration));

    assertThat(answers).containsOnlyOnce(201).containsOnly(201, 409);
    assertThat(database.count("SELECT COUNT(*) FROM member WHERE email = ?", email)).isEqualTo(1);
  }

  @Test
  void aStoreEnrolsACustomerWithoutAPassword() {
    String email = newEmail();

    as(Api.store().accessToken())
        .body(json("email", email, "displayName", "Ann"))
        .post("/v1/members")
        .then()
        .statusCode(201)
        .body("email", equalTo(email));

    // nobody can sign in as a customer who has set no password, not even with an empty one
    Api.signIn(email, "").then().statusCode(401);
    Api.signIn(email, PASSWORD).then().statusCode(401);
  }

  @Test
  void theOperatorEnrolsACustomerWithoutAPassword() {
    as(Api.operator())
        .body(json("email", newEmail(), "displayName", "Ann"))
        .post("/v1/members")
        .then()
        .statusCode(201);
  }

  @Test
  void nobodyElseEnrolsCustomers() {
    for (var caller : List.of(anyone(), as(Api.member().accessToken()), as(Api.service()))) {
      caller
          .body(json("email", newEmail(), "displayName", "Ann"))
          .post("/v1/members")
          .then()
          .statusCode(400)
          .body("violations.field", equalTo(List.of("password")));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ann",
        "ann@",
        "@example.org",
        "ann example@example.org",
        "ann@exa mple.org",
        "ann@-example.org",
        "ann@example..org",
        "ann@example.org\nBcc: bob@example.org",
        "\"ann\"@example.org",
        "ann@@example.org",
        "änn@example.org"
      })
  void whatIsNoAddressIsRefused(String email) {
    register(email, PASSWORD, "Ann")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("violations.field", hasItem("email"));
  }

  @Test
  void anAddressLongerThanMailAllowsIsRefused() {
    String domain = ".example".repeat(30);

    register("a".repeat(64) + "@a" + domain, PASSWORD, "Ann")
        .then()
        .statusCode(400)
        .body("violations.field", hasItem("email"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "two\nlines", "bell\u0007", "line\u2028separator"})
  void whatIsNoNameIsRefused(String name) {
    register(newEmail(), PASSWORD, name)
        .then()
        .statusCode(400)
        .body("violations.field", hasItem("displayName"));
  }

  @Test
  void aNameMayHaveAHundredCharactersOfAnyScript() {
    String name = "가".repeat(98) + "👪";

    register(newEmail(), PASSWORD, name).then().statusCode(201).body("displayName", equalTo(name));
    register(newEmail(), PASSWORD, name + "가")
        .then()
        .statusCode(400)
        .body("violations.field", equalTo(List.of("displayName")));
  }

  @Test
  void halfOfASurrogatePairIsRefused() {
    anyone()
        .body(
            "{\"email\":\""
                + newEmail()
                + "\",\"password\":\""
                + PASSWORD
                + "\","
                + "\"displayName\":\"\\ud83d\"}")
        .post("/v1/members")
        .then()
        .statusCode(400);
  }

  @Test
  void aPasswordThatIsTooShortIsRefused() {
    register(newEmail(), "1234567", "Ann")
        .then()
        .statusCode(400)
        .body("violations.field", equalTo(List.of("password")))
        .body("violations.message", equalTo(List.of("must have at least 8 characters")))
        .body(not(containsString("1234567")));
  }

  @Test
  void aPasswordLongerThanItsHashCoversIsRefusedAndNotCutOff() {
    String email = newEmail();

    register(email, "가".repeat(24) + "!", "Ann")
        .then()
        .statusCode(400)
        .body("violations.field", equalTo(List.of("password")));
    register(email, "가".repeat(24), "Ann").then().statusCode(201);

    Api.signIn(email, "가".repeat(24) + "!").then().statusCode(401);
    Api.signIn(email, "가".repeat(24)).then().statusCode(201);
  }

  @Test
  void aFieldThatIsNotKnownIsRefused() {
    anyone()
        .body(
            json(
                "email",
                newEmail(),
                "password",
                PASSWORD,
                "displayName",
                "Ann",
                "role",
                "operator"))
        .post("/v1/members")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("violations.field", equalTo(List.of("role")));
  }

  @Test
  void aFieldOfAnotherTypeIsRefused() {
    anyone()
        .body(json("email", newEmail(), "password", PASSWORD, "displayName", 5))
        .post("/v1/members")
        .then()
        .statusCode(400)
        .body("violations.field", equalTo(List.of("displayName")));
  }

  @Test
  void everyFieldThatIsMissingIsNamed() {
    anyone()
        .body("{}")
        .post("/v1/members")
        .then()
        .statusCode(400)
        .body("violations.field", equalTo(List.of("displayName", "email")));
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] body =
        ("{\"email\":\""
                + newEmail()
                + "\",\"password\":\""
                + PASSWORD
                + "\",\"displayName\":\"?\"}")
            .getBytes(StandardCharsets.UTF_8);
    body[body.length - 3] = (byte) 0xff;

    anyone().body(body).post("/v1/members").then().statusCode(400);
  }

  @Test
  void aBodyThatIsMissingOrNoObjectIsRefused() {
    anyone().post("/v1/members").then().statusCode(400);
    for (String body : List.of("", "null", "[]", "\"ann\"", "{", "{}{}")) {
      anyone()
          .body(body)
          .post("/v1/members")
          .then()
          .statusCode(400)
          .contentType("application/problem+json");
    }
  }

  @Test
  void aPasswordIsKeptAsBcryptAndNothingElse() {
    String email = newEmail();
    register(email, PASSWORD, "Ann").then().statusCode(201);

    assertThat(database.text("SELECT password_hash FROM member WHERE email = ?", email))
        .startsWith("$2a$")
        .doesNotContain(PASSWORD);
  }

  private static Response register(String email, String password, String displayName) {
    return anyone()
        .body(json("email", email, "password", password, "displayName", displayName))
        .post("/v1/members");
  }
}
