package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.annotations.Blocking;
import io.smallrye.reactive.messaging.providers.locals.LocalContextMetadata;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Outgoing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Each entry, and each batch, has a Vert.x context of its own: what one stage keeps in it the next
 * ones find, on whatever thread they run, up to the acknowledgement, and nothing of another entry.
 */
class LocalPropagationTest {

  private static final String STREAM = "test:{locals}";
  private static final int ENTRIES = 20;

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Pipeline.class, Batches.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.batches.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.batches.stream", STREAM + ":batches")
          .overrideConfigKey("mp.messaging.incoming.batches.batch", "true")
          .overrideConfigKey("mp.messaging.incoming.batches.batch-size", "4");

  @Inject Pipeline pipeline;
  @Inject Batches batches;

  @Test
  void theStagesOfAnEntryShareItsContext() {
    List<String> added = IntStream.range(0, ENTRIES).mapToObj(n -> "n" + n).toList();
    added.forEach(data -> TestRedis.add(STREAM, data));

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(pipeline.ended).hasSize(ENTRIES));
    assertThat(pipeline.wrong).isEmpty();
    assertThat(pipeline.ended).containsExactlyInAnyOrderElementsOf(added);
    await()
        .untilAsserted(() -> {
          assertThat(pipeline.acknowledgedOn).hasSize(ENTRIES);
          assertThat(TestRedis.pending(STREAM, "app")).isZero();
        });
    assertThat(pipeline.acknowledgedOn).containsExactlyInAnyOrderElementsOf(added);
  }

  @Test
  void aBatchHasAContextToo() {
    IntStream.range(0, ENTRIES).forEach(n -> TestRedis.add(STREAM + ":batches", "n" + n));

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(batches.entries).hasSize(ENTRIES));
    assertThat(batches.wrong).isEmpty();
  }

  @Singleton
  static class Pipeline {
    final List<String> ended = new CopyOnWriteArrayList<>();
    final List<String> acknowledgedOn = new CopyOnWriteArrayList<>();
    final List<String> wrong = new CopyOnWriteArrayList<>();
    private final Executor elsewhere = Executors.newVirtualThreadPerTaskExecutor();

    @Incoming("in")
    @Outgoing("unordered")
    @Acknowledgment(Acknowledgment.Strategy.MANUAL)
    Message<String> first(Message<byte[]> entry) {
      String text = new String(entry.getPayload(), UTF_8);
      Context context = Vertx.currentContext();
      if (entry.getMetadata(LocalContextMetadata.class).isEmpty()) {
        wrong.add("no context in the metadata of " + text);
      }
      if (context.getLocal("entry") != null) {
        wrong.add(text + " has the context of " + context.getLocal("entry"));
      }
      context.putLocal("entry", text);
      return entry
          .withPayload(text)
          .withAck(() ->
              entry
                  .ack()
                  .thenRun(() -> acknowledgedOn.add(Vertx.currentContext().getLocal("entry"))));
    }

    @Incoming("unordered")
    @Outgoing("virtual")
    @Blocking(ordered = false)
    String onAWorker(String text) {
      check("a worker", text);
      return text;
    }

    @Incoming("virtual")
    @Outgoing("later")
    @RunOnVirtualThread
    String onAVirtualThread(String text) {
      check("a virtual thread", text);
      return text;
    }

    @Incoming("later")
    @Outgoing("end")
    Uni<String> later(String text) {
      check("the event loop", text);
      return Uni.createFrom().completionStage(CompletableFuture.supplyAsync(() -> text, elsewhere));
    }

    @Incoming("end")
    void end(String text) {
      check("the end", text);
      ended.add(text);
    }

    private void check(String where, String text) {
      Object kept = Vertx.currentContext().getLocal("entry");
      if (!text.equals(kept)) {
        wrong.add("on %s, %s finds %s".formatted(where, text, kept));
      }
    }
  }

  @Singleton
  static class Batches {
    final List<String> entries = new CopyOnWriteArrayList<>();
    final List<String> wrong = new CopyOnWriteArrayList<>();

    @Incoming("batches")
    @Outgoing("batch")
    @Acknowledgment(Acknowledgment.Strategy.MANUAL)
    Message<List<String>> first(Message<List<String>> batch) {
      Context context = Vertx.currentContext();
      if (context.getLocal("batch") != null) {
        wrong.add("a batch has the context of another");
      }
      String id = UUID.randomUUID().toString();
      context.putLocal("batch", id);
      List<String> marked = new ArrayList<>(List.of(id));
      marked.addAll(batch.getPayload());
      return batch.withPayload(marked);
    }

    @Incoming("batch")
    @Blocking
    CompletionStage<Void> second(Message<List<String>> batch) {
      String id = batch.getPayload().getFirst();
      if (!id.equals(Vertx.currentContext().getLocal("batch"))) {
        wrong.add("a batch has lost its context");
      }
      entries.addAll(batch.getPayload().subList(1, batch.getPayload().size()));
      return batch.ack();
    }
  }
}
