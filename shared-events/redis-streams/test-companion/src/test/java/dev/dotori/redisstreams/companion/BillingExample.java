package dev.dotori.redisstreams.companion;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** What the documentation shows; not run here, where no server is on the PATH. */
// region billing
@QuarkusTest
@WithTestResource(RedisStreamsCompanionResource.class)
class BillingExample {

  @InjectRedisStreamsCompanion RedisStreamsCompanion redis;

  @Test
  void anOrderBecomesAnInvoice() {
    redis.stream("orders").add("{\"id\":\"o-1\",\"cents\":250}");

    redis.stream("invoices").awaitEntry(entry -> entry.data().contains("o-1"));
    redis.group("orders", "billing").awaitDone(); // acknowledged, retries included
  }

  @Test
  void theApplicationSurvivesALostConnection() {
    redis.killConnections();
    redis.stream("orders").add("{\"id\":\"o-3\",\"cents\":250}");

    Entry invoice = redis.stream("invoices").awaitEntry(entry -> entry.data().contains("o-3"));
    assertThat(invoice.field("content-type")).isEqualTo("application/json");
  }
}
// endregion
