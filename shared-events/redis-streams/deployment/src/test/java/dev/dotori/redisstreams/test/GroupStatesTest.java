package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.admin.GroupState;
import dev.dotori.redisstreams.admin.RedisStreamsAdmin;
import io.quarkus.test.QuarkusUnitTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An application sees how every group of a stream stands, also those that are not its own. */
class GroupStatesTest {

  private static final String STREAM = "test:{groups}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.failure-strategy", "dead-letter");

  @Inject RedisStreamsAdmin admin;

  @Test
  void eachGroupOfAStreamStandsWhereItsConsumersAre() {
    // A group of another application, which has read 2 of 5, and settled none.
    TestRedis.call("XGROUP", "CREATE", STREAM, "another", "0", "MKSTREAM");
    IntStream.range(0, 5).forEach(n -> TestRedis.add(STREAM, "n" + n));
    TestRedis.call(
        "XREADGROUP", "GROUP", "another", "someone", "COUNT", "2", "STREAMS", STREAM, ">");

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(group("app").state().deadLetters()).isEqualTo(5));

    GroupState own = group("app");
    assertThat(own.state().length()).isEqualTo(5);
    assertThat(own.state().lag()).isZero();
    assertThat(own.consumers()).isEqualTo(1);
    GroupState another = group("another");
    assertThat(another.consumers()).isEqualTo(1);
    assertThat(another.state().lag()).isEqualTo(3);
    assertThat(another.state().pending()).isEqualTo(2);
    assertThat(another.state().oldestPendingMillis()).isNotNegative();
    assertThat(another.state().deadLetters()).isZero();
    // Only servers from Redis 7 on count them.
    another.delivered().ifPresent(delivered -> assertThat(delivered).isEqualTo(2));
  }

  @Test
  void aStreamThatIsNotThereHasNoGroups() {
    assertThat(admin.groups("test:{nothing}").await().indefinitely()).isEmpty();
  }

  private GroupState group(String name) {
    List<GroupState> groups = admin.groups(STREAM).await().indefinitely();
    return groups.stream().filter(each -> each.group().equals(name)).findFirst().orElseThrow();
  }

  @Singleton
  static class Handler {
    @Incoming("in")
    void on(byte[] payload) {
      throw new IllegalStateException("no");
    }
  }
}
