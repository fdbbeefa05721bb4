package dev.dotori.members;

import static dev.dotori.members.Api.anyone;
import static dev.dotori.members.Api.as;
import static dev.dotori.members.Api.json;
import static org.hamcrest.Matchers.emptyOrNullString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import dev.dotori.local.test.MySqlTestResource;
import dev.dotori.local.test.RedisTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import org.junit.jupiter.api.Test;

/**
 * Members, stores and tokens of the packaged service: hashing, sealed signing keys, entities and
 * each kind of JSON have to be in the executable.
 */
@QuarkusIntegrationTest
@WithTestResource(
    value = MySqlTestResource.class,
    initArgs = @ResourceArg(name = "schema", value = "members"))
@WithTestResource(RedisTestResource.class)
@WithTestResource(SecretsTestResource.class)
class MembersIT {

  SecretsTestResource secrets;

  @Test
  void aMemberRegistersAndSignsIn() {
    Api.SignedIn ann = Api.member();

    as(ann.accessToken())
        .get("/v1/members/me")
        .then()
        .statusCode(200)
        .body("email", equalTo(ann.email()));
  }

  @Test
  void theOperatorOpensAStoreByATokenThatThePublishedKeysVerify() {
    String operator = Api.client("operator", secrets.operatorSecret());

    as(operator)
        .body(
            """
            {"name": "A store", "currency": "USD", "program": {"earnRate": "0.1"}}
            """)
        .post("/v1/stores")
        .then()
        .statusCode(201)
        .body("clientSecret", not(emptyOrNullString()));
    anyone().get("/.well-known/jwks.json").then().statusCode(200).body("keys.kty", hasItem("EC"));
  }

  @Test
  void aRefusalIsAProblemThatNamesTheField() {
    anyone()
        .body(json("email", "nobody", "password", Api.PASSWORD, "displayName", "Ann"))
        .post("/v1/members")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("violations.field", hasItem("email"));
    Api.token("operator", "wrong").then().statusCode(401).body("error", equalTo("invalid_client"));
  }
}
