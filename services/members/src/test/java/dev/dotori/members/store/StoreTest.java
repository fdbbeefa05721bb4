package dev.dotori.members.store;

import static dev.dotori.members.Api.anyone;
import static dev.dotori.members.Api.as;
import static dev.dotori.members.Api.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.dotori.local.test.MySqlTestResource;
import dev.dotori.local.test.RedisTestResource;
import dev.dotori.members.Api;
import dev.dotori.members.Database;
import dev.dotori.members.Together;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(
    value = MySqlTestResource.class,
    initArgs = @ResourceArg(name = "schema", value = "members"))
@WithTestResource(RedisTestResource.class)
class StoreTest {

  @Inject Database database;

  @Test
  void theOperatorOpensAStoreWhoseProgramHasTheDefaults() {
    Response opened = open(json("name", " Corner shop ", "currency", "USD"));

    withDefaults(
            opened
                .then()
                .statusCode(201)
                .header("Location", containsString("/v1/stores/" + opened.path("id")))
                .header("Cache-Control", "no-store"))
        .body("name", equalTo("Corner shop"))
        .body("currency", equalTo("USD"))
        .body("programVersion", equalTo(1));
    Api.token(opened.path("clientId"), opened.path("clientSecret")).then().statusCode(200);
  }

  @Test
  void aProgramMayLeaveOutWhatItTakesAsDefault() {
    open(json("name", "Shop", "currency", "KRW", "program", json("earnRate", "0.0100")))
        .then()
        .statusCode(201)
        .body("program.earnRate", equalTo("0.01"))
        .body("program.shareBonus", equalTo(20));
  }

  @Test
  void openingIsToldAsAnEventWithTheProgramAndWithoutTheSecret() {
    Response opened = open(json("name", "Shop", "currency", "USD"));

    assertThat(database.eventsOf(Api.id(opened)))
        .singleElement()
        .satisfies(event -> {
          assertThat(event.type()).isEqualTo("store.registered.v1");
          assertThat(event.data())
              .contains("\"earnRate\":\"0.1\"")
              .doesNotContain(opened.<String>path("clientSecret"));
        });
  }

  @Test
  void withoutItsEventThereIsNoStore() {
    String name = UUID.randomUUID().toString();

    database.withoutTable(
        "outbox", () -> open(json("name", name, "currency", "USD")).then().statusCode(500));

    assertThat(database.count("SELECT COUNT(*) FROM store WHERE name = ?", name)).isZero();
  }

  @Test
  void theSecretIsShownOnceAndKeptAsAHash() {
    Response opened = open(json("name", "Shop", "currency", "USD"));
    String secret = opened.path("clientSecret");

    as(Api.operator())
        .get("/v1/stores/" + opened.path("id"))
        .then()
        .statusCode(200)
        .body("clientSecret", nullValue())
        .body(not(containsString(secret)));
    assertThat(
            database.text(
                "SELECT LOWER(HEX(secret_hash)) FROM store_client WHERE client_id = ?",
                opened.<String>path("clientId")))
        .isEqualTo(database.text("SELECT SHA2(?, 256)", secret));
  }

  @Test
  void nobodyButTheOperatorOpensStores() {
    Map<String, Object> body = json("name", "Shop", "currency", "USD");

    anyone().body(body).post("/v1/stores").then().statusCode(401);
    for (String other :
        List.of(Api.member().accessToken(), Api.store().accessToken(), Api.service())) {
      as(other)
          .body(body)
          .post("/v1/stores")
          .then()
          .statusCode(403)
          .contentType("application/problem+json");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"usd", "US", "DOLLAR", "XXX", "XAU", "QQQ", ""})
  void whatIsNoCurrencyIsRefused(String currency) {
    open(json("name", "Shop", "currency", currency))
        .then()
        .statusCode(400)
        .body("violations.field", equalTo(List.of("currency")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\nb"})
  void whatIsNoNameIsRefused(String name) {
    open(json("name", name, "currency", "USD"))
        .then()
        .statusCode(400)
        .body("violations.field", hasItem("name"));
  }

  @Test
  void everyFieldThatIsMissingIsNamed() {
    open(json())
        .then()
        .statusCode(400)
        .body("violations.field", equalTo(List.of("currency", "name")));
  }

  @ParameterizedTest
  @CsvSource({
    "earnRate, '\"\"'",
    "earnRate, '\"abc\"'",
    "earnRate, '\"-1\"'",
    "earnRate, '\"1e3\"'",
    "earnRate, '\".5\"'",
    "earnRate, '\"5.\"'",
    "earnRate, '\"1000.000000001\"'",
    "earnRate, '\"0.0000000001\"'",
    "earnRate, '\"NaN\"'",
    "earnRate, 0.1",
    "earnRate, '\"٣\"'",
    "minPurchase, -1",
    "minPurchase, 1000000000001",
    "minPurchase, 1.5",
    "minPurchase, '\"5\"'",
    "minPurchase, 99999999999999999999",
    "expiryDays, 0",
    "expiryDays, 36501",
    "shareBonus, -1",
    "shareBonus, 1000000001",
    "shareBonusDailyCap, -1",
    "shareBonusDailyCap, 1000000001",
    "maxParticipants, 0",
    "maxParticipants, 101",
  })
  void termsOutOfTheirLimitsAreRefusedByName(String field, String value) {
    Api.OpenStore store = Api.store();

    as(store.accessToken())
        .body("{\"" + field + "\":" + value + "}")
        .put("/v1/stores/" + store.id() + "/program")
        .then()
        .statusCode(400)
        .body("violations.field", hasItem(field));
    as(Api.operator())
        .body(
            "{\"name\":\"Shop\",\"currency\":\"USD\",\"program\":{\""
                + field
                + "\":"
                + value
                + "}}")
        .post("/v1/stores")
        .then()
        .statusCode(400)
        .body("violations.field", hasItem("program." + field));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1000, 1000",
    "1000.000000000, 1000",
    "0.000000001, 0.000000001",
    "00.10, 0.1",
    "10, 10",
  })
  void aRateIsKeptExactly(String given, String kept) {
    Api.OpenStore store = Api.store();

    as(store.accessToken())
        .body(json("earnRate", given))
        .put("/v1/stores/" + store.id() + "/program")
        .then()
        .statusCode(200)
        .body("program.earnRate", equalTo(kept));
    as(store.accessToken())
        .get("/v1/stores/" + store.id())
        .then()
        .body("program.earnRate", equalTo(kept));
  }

  @Test
  void otherTermsAreTheNextVersionAndAnEvent() {
    Api.OpenStore store = Api.store();

    change(store, Api.operator(), json("earnRate", "0.2", "expiryDays", 365), null)
        .then()
        .statusCode(200)
        .header("ETag", "\"2\"")
        .body("version", equalTo(2))
        .body("program.earnRate", equalTo("0.2"))
        .body("program.expiryDays", equalTo(365))
        .body("program.shareBonus", equalTo(20));

    as(store.accessToken())
        .get("/v1/stores/" + store.id())
        .then()
        .statusCode(200)
        .header("ETag", "\"2\"")
        .body("programVersion", equalTo(2))
        .body("program.earnRate", equalTo("0.2"));
    assertThat(database.eventsOf(store.id()))
        .extracting(Database.StoredEvent::type)
        .containsExactly("store.registered.v1", "program.changed.v1");
    assertThat(database.eventsOf(store.id()).getLast().data())
        .contains("\"version\":2", "\"earnRate\":\"0.2\"", "\"expiryDays\":365");
  }

  @Test
  void theSameTermsAgainAreNoNewVersion() {
    Api.OpenStore store = Api.store();
    change(store, store.accessToken(), json("earnRate", "0.2"), null).then().statusCode(200);

    change(store, store.accessToken(), json("earnRate", "0.20"), null)
        .then()
        .statusCode(200)
        .body("version", equalTo(2));

    assertThat(database.eventsOf(store.id())).hasSize(2);
  }

  @Test
  void aChangeOfAFormerVersionIsRefused() {
    Api.OpenStore store = Api.store();
    change(store, store.accessToken(), json("earnRate", "0.2"), "\"1\"").then().statusCode(200);

    change(store, store.accessToken(), json("earnRate", "0.3"), "\"1\"")
        .then()
        .statusCode(412)
        .contentType("application/problem+json")
        .body("type", equalTo("/problems/stale"));
    change(store, store.accessToken(), json("earnRate", "0.3"), "\"2\"").then().statusCode(200);
  }

  @Test
  void changesAtOnceEachGetAVersionOfTheirOwn() throws Exception {
    Api.OpenStore store = Api.store();

    List<Integer> versions =
        Together.call(
            Collections.nCopies(
                6,
                () ->
                    change(
                            store,
                            store.accessToken(),
                            json("shareBonus", Math.abs(UUID.randomUUID().hashCode() % 1_000_000)),
                            null)
                        .path("version")));

    assertThat(versions).containsExactlyInAnyOrder(2, 3, 4, 5, 6, 7);
    assertThat(database.eventsOf(store.id())).hasSize(7);
  }

  @Test
  void withoutItsEventAProgramDoesNotChange() {
    Api.OpenStore store = Api.store();

    database.withoutTable(
        "outbox",
        () ->
            change(store, store.accessToken(), json("earnRate", "0.2"), null)
                .then()
                .statusCode(500));

    as(store.accessToken())
        .get("/v1/stores/" + store.id())
        .then()
        .body("programVersion", equalTo(1))
        .body("program.earnRate", equalTo("0.1"));
  }

  @Test
  void onlyTheOperatorAndTheStoreItselfChangeAProgram() {
    Api.OpenStore store = Api.store();
    Map<String, Object> terms = json("earnRate", "0.2");

    anyone().body(terms).put("/v1/stores/" + store.id() + "/program").then().statusCode(401);
    for (String other :
        List.of(Api.store().accessToken(), Api.member().accessToken(), Api.service())) {
      change(store, other, terms, null).then().statusCode(403);
    }
    change(store, store.accessToken(), terms, null).then().statusCode(200);
  }

  @Test
  void aProgramOfNoStoreCanNotBeChanged() {
    as(Api.operator())
        .body(json())
        .put("/v1/stores/" + UUID.randomUUID() + "/program")
        .then()
        .statusCode(404);
  }

  @Test
  void anyoneSignedInSeesStores() {
    Api.OpenStore store = Api.store();

    for (String path : List.of("/v1/stores", "/v1/stores/" + store.id())) {
      anyone().get(path).then().statusCode(401);
      for (String caller : List.of(Api.member().accessToken(), store.accessToken())) {
        as(caller).get(path).then().statusCode(200);
      }
    }
    as(store.accessToken()).get("/v1/stores/" + UUID.randomUUID()).then().statusCode(404);
  }

  @Test
  void theListGoesFromPageToPageNewestFirst() {
    List<String> opened = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      opened.addFirst(Api.store().id().toString());
    }
    String reader = Api.member().accessToken();

    List<String> seen = new ArrayList<>();
    String cursor = null;
    while (seen.size() < 5) {
      var request = as(reader).queryParam("limit", 2);
      Response page =
          (cursor == null ? request : request.queryParam("cursor", cursor))
              .get("/v1/stores")
              .then()
              .statusCode(200)
              .body("items", hasSize(2))
              .extract()
              .response();
      seen.addAll(page.path("items.id"));
      cursor = page.path("next");
    }

    assertThat(seen.subList(0, 5)).isEqualTo(opened);
  }

  @Test
  void aLimitOrCursorThatIsNoneIsRefused() {
    String reader = Api.member().accessToken();

    for (String limit : List.of("0", "201", "x", "99999999999")) {
      as(reader)
          .queryParam("limit", limit)
          .get("/v1/stores")
          .then()
          .statusCode(400)
          .body("violations.field", equalTo(List.of("limit")));
    }
    for (String cursor : List.of("x", "%%%", "bm9uZQ")) {
      as(reader)
          .queryParam("cursor", cursor)
          .get("/v1/stores")
          .then()
          .statusCode(400)
          .body("violations.field", equalTo(List.of("cursor")));
    }
  }

  @Test
  void servicesGetEveryVersionOldestFirst() {
    Api.OpenStore store = Api.store();
    change(store, store.accessToken(), json("earnRate", "0.2"), null).then().statusCode(200);

    as(Api.service())
        .get("/internal/stores/" + store.id())
        .then()
        .statusCode(200)
        .body("id", equalTo(store.id().toString()))
        .body("name", equalTo("Corner shop"))
        .body("currency", equalTo("USD"))
        .body("programs.version", equalTo(List.of(1, 2)))
        .body("programs.program.earnRate", equalTo(List.of("0.1", "0.2")))
        .body("programs.effectiveAt", hasSize(2));
    as(Api.service()).get("/internal/stores/" + UUID.randomUUID()).then().statusCode(404);
  }

  @Test
  void nobodyButServicesGetsEveryVersion() {
    Api.OpenStore store = Api.store();
    String path = "/internal/stores/" + store.id();

    anyone().get(path).then().statusCode(401);
    for (String other : List.of(Api.member().accessToken(), store.accessToken(), Api.operator())) {
      as(other).get(path).then().statusCode(403);
    }
  }

  private static Response open(Map<String, Object> body) {
    return as(Api.operator()).body(body).post("/v1/stores");
  }

  private static Response change(
      Api.OpenStore store, String caller, Map<String, Object> terms, String ifMatch) {
    var request = as(caller).body(terms);
    if (ifMatch != null) {
      request.header("If-Match", ifMatch);
    }
    return request.put("/v1/stores/" + store.id() + "/program");
  }

  private static ValidatableResponse withDefaults(ValidatableResponse answer) {
    return answer
        .body("program.earnRate", equalTo("0.1"))
        .body("program.minPurchase", equalTo(0))
        .body("program", hasEntry("expiryDays", null))
        .body("program.shareBonus", equalTo(20))
        .body("program.shareBonusDailyCap", equalTo(60))
        .body("program.maxParticipants", equalTo(20));
  }
}
