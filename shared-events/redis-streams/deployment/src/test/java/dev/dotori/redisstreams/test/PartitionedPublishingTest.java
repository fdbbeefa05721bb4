package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dotori.redisstreams.OutgoingRedisStreamMetadata;
import dev.dotori.redisstreams.RedisStreamsConnector;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Entries with one key are in one partition, in order; and a channel that says another number of
 * partitions than the stream has does not publish.
 */
class PartitionedPublishingTest {

  private static final String STREAM = "test:{partitioned}";
  private static final String OTHER = "test:{partitioned}:other";
  private static final String OF_THREE = "test:{partitioned}:of-three";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of()
          .setBeforeAllCustomizer(() -> TestRedis.call("SET", OF_THREE + ":partitions", 3))
          .overrideConfigKey("mp.messaging.outgoing.out.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.out.stream", STREAM)
          .overrideConfigKey("mp.messaging.outgoing.out.partitions", "4")
          .overrideConfigKey("mp.messaging.outgoing.wrong.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.wrong.stream", OF_THREE)
          .overrideConfigKey("mp.messaging.outgoing.wrong.partitions", "4")
          .overrideConfigKey("mp.messaging.outgoing.wrong.publish-timeout", "1s")
          .overrideConfigKey("mp.messaging.outgoing.none.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.none.stream", OF_THREE)
          .overrideConfigKey("mp.messaging.outgoing.none.publish-timeout", "1s");

  @Inject
  @Channel("out")
  @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
  MutinyEmitter<String> out;

  @Inject
  @Channel("wrong")
  MutinyEmitter<String> wrong;

  @Inject
  @Channel("none")
  MutinyEmitter<String> none;

  @Inject
  @Connector("smallrye-redis-streams")
  RedisStreamsConnector connector;

  @Test
  void entriesAreWhereTheirKeysSayInOrder() {
    sendAll(
        IntStream.range(0, 400)
            .mapToObj(
                i -> message("n" + i, OutgoingRedisStreamMetadata.create().withKey("k" + i % 20)))
            .toList());

    Map<String, Integer> lastOfKey = new HashMap<>();
    for (int p = 0; p < 4; p++) {
      for (Map<String, String> entry : TestRedis.entries(STREAM + ":" + p)) {
        String key = entry.get("key");
        assertThat(partition(key)).isEqualTo(p);
        int number = Integer.parseInt(entry.get("data").substring(1));
        assertThat(number).isGreaterThan(lastOfKey.getOrDefault(key, -1));
        lastOfKey.put(key, number);
      }
    }
    assertThat(lastOfKey).hasSize(20);
    assertThat(lastOfKey.values()).allMatch(last -> last >= 380);
    assertThat(TestRedis.call("GET", STREAM + ":partitions")).isEqualTo("4");
    assertThat(TestRedis.number("EXISTS", STREAM)).isZero();
  }

  @Test
  void entriesWithoutAKeyTakeTurnsOnAnotherStreamToo() {
    sendAll(
        IntStream.range(0, 40)
            .mapToObj(i -> message("n" + i, OutgoingRedisStreamMetadata.create().withStream(OTHER)))
            .toList());

    for (int p = 0; p < 4; p++) {
      assertThat(TestRedis.number("XLEN", OTHER + ":" + p)).isEqualTo(10);
    }
    assertThat(TestRedis.call("GET", OTHER + ":partitions")).isEqualTo("4");
  }

  @Test
  void aStreamWithAnotherNumberOfPartitionsIsNotWrittenTo() {
    Awaitility.await()
        .until(() ->
            connector.getReadiness().getChannels().stream()
                .anyMatch(channel ->
                    channel.getChannel().equals("wrong")
                        && !channel.isOk()
                        && channel.getMessage().contains("partitions=3")));
    assertThatThrownBy(() -> wrong.sendAndAwait("text"))
        .hasMessageContaining("has partitions=3")
        .hasMessageContaining("this channel has partitions=4");
    assertThatThrownBy(() -> none.sendAndAwait("text"))
        .hasMessageContaining("this channel has partitions=0");
    assertThatThrownBy(() ->
            out.sendMessageAndAwait(
                message("text", OutgoingRedisStreamMetadata.create().withStream(OF_THREE))))
        .hasMessageContaining("has partitions=3");
    assertThat(TestRedis.list("KEYS", OF_THREE + "*")).containsExactly(OF_THREE + ":partitions");
  }

  private void sendAll(List<Message<String>> messages) {
    CompletableFuture.allOf(
            messages.stream()
                .map(message -> out.sendMessage(message).subscribeAsCompletionStage())
                .map(CompletionStage::toCompletableFuture)
                .toArray(CompletableFuture[]::new))
        .orTimeout(20, TimeUnit.SECONDS)
        .join();
  }

  private static Message<String> message(String text, OutgoingRedisStreamMetadata metadata) {
    return Message.of(text).addMetadata(metadata);
  }

  private static int partition(String key) {
    CRC32 crc = new CRC32();
    crc.update(key.getBytes(StandardCharsets.UTF_8));
    return (int) (crc.getValue() % 4);
  }
}
