package dev.dotori.redisstreams.companion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dotori.redisstreams.companion.GroupCompanion.Delayed;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Outgoing;
import org.junit.jupiter.api.Test;

/** A Quarkus test gets a Redis, its application uses it, and the companion sees what happens. */
@QuarkusTest
@WithTestResource(RedisStreamsCompanionResourceTest.Resource.class)
class RedisStreamsCompanionResourceTest {

  private static final String ORDERS = "companion:{orders}";

  /** With the program that this build has. */
  public static class Resource extends RedisStreamsCompanionResource {
    @Override
    public void init(Map<String, String> arguments) {
      super.init(Map.of(SERVER, TestProgram.redis().toString()));
    }
  }

  @InjectRedisStreamsCompanion RedisStreamsCompanion redis;

  @Test
  void anOrderBecomesAnInvoice() {
    redis.stream(ORDERS).add("tea");

    redis.stream("companion:{invoices}")
        .awaitEntry(entry -> "invoice for tea".equals(entry.data()));
    redis.group(ORDERS, "billing").awaitDone();
  }

  @Test
  void whatCanNotBeBilledIsADeadLetterInTheEnd() {
    String id = redis.stream(ORDERS).add("k", "nothing");

    GroupCompanion billing = redis.group(ORDERS, "billing");
    Delayed delayed =
        redis.await("a delayed entry", billing::delayed, all -> !all.isEmpty()).getFirst();
    assertThat(delayed.entry().id()).isEqualTo(id);
    assertThat(delayed.entry().fields())
        .containsExactly(Map.entry("key", "k"), Map.entry("data", "nothing"));
    assertThat(delayed.attempts()).isEqualTo(1);
    assertThat(delayed.due()).isAfter(Instant.now().minusSeconds(10));

    Entry dead = billing.deadLetters().awaitEntry(entry -> "nothing".equals(entry.data()));
    assertThat(dead.field("dead-letter-id")).isEqualTo(id);
    assertThat(dead.field("dead-letter-reason")).contains("who ordered nothing?");
    billing.awaitDone();
    assertThat(billing.delayed()).isEmpty();
  }

  @Test
  void theApplicationComesBackAfterItsConnectionsWereCut() {
    redis.stream(ORDERS).awaitGroup("billing");
    redis.killConnections();
    redis.stream(ORDERS).add("coffee");

    redis.stream("companion:{invoices}")
        .awaitEntry(entry -> "invoice for coffee".equals(entry.data()));
  }

  @ApplicationScoped
  static class Billing {
    @Incoming("orders")
    @Outgoing("invoices")
    @Blocking
    String bill(String order) {
      if (order.equals("nothing")) {
        throw new IllegalArgumentException("who ordered nothing?");
      }
      return "invoice for " + order;
    }
  }
}
