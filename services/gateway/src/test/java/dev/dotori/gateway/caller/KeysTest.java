package dev.dotori.gateway.caller;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.dotori.gateway.UpstreamTestResource;
import dev.dotori.local.test.RedisTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.security.KeyPair;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(UpstreamTestResource.class)
@WithTestResource(KeyServerTestResource.class)
@WithTestResource(RedisTestResource.class)
class KeysTest {

  @ConfigProperty(name = "mp.jwt.verify.issuer")
  String issuer;

  KeyServer keys;

  /** One story, since what the gateway knows of keys can't be taken from it again. */
  @Test
  void followsTheIssuersKeysThroughItsAbsenceAndRotation() {
    keys.away(true);
    KeyPair first = keys.publish("first");
    // Without any key, nobody can say that the token is bad.
    call("first", first).statusCode(503).body("type", equalTo("/problems/unavailable"));

    keys.away(false);
    call("first", first).statusCode(200);

    // A key that is published later is found, and the former one stays good. The JWKS client asks
    // at most every 300 ms.
    KeyPair second = keys.publish("second");
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> call("second", second).statusCode(200));
    call("first", first).statusCode(200);

    // What was never published is refused, also under a name that was.
    call("third", KeyServer.newKey()).statusCode(401);
    call("second", KeyServer.newKey()).statusCode(401);

    keys.away(true);
    call("second", second).statusCode(200);
  }

  private ValidatableResponse call(String keyId, KeyPair key) {
    return given()
        .auth()
        .preemptive()
        .oauth2(KeyServer.token(keyId, key, issuer))
        .get("/v1/feed")
        .then();
  }
}
