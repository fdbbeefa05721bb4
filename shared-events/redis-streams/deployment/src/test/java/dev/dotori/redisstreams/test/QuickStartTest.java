package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.docs.Billing;
import io.quarkus.test.QuarkusUnitTest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The README's quick start does what it says. */
class QuickStartTest {

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Billing.class, Billing.Order.class, Billing.Invoice.class)
          .withConfigurationResource("docs/quickstart.properties");

  @Test
  void anOrderBecomesAnInvoice() {
    TestRedis.call("XADD", "orders", "*", "data", "{\"id\":\"o-1\",\"cents\":250}");

    await()
        .untilAsserted(() ->
            assertThat(TestRedis.entries("invoices"))
                .containsExactly(
                    Map.of(
                        "content-type",
                        "application/json",
                        "data",
                        "{\"order\":\"o-1\",\"text\":\"please pay 250 cents\"}")));
    await().untilAsserted(() -> assertThat(TestRedis.pending("orders", "billing")).isZero());
  }
}
