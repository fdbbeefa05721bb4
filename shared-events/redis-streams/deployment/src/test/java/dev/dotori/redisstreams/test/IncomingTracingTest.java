package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.IncomingRedisStreamBatchMetadata;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.TracingMetadata;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Work on an entry is a span in the trace that its sender wrote into it, until it is settled. */
class IncomingTracingTest {

  private static final String STREAM = "test:{tracing}";
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SENDER = "00f067aa0ba902b7";
  private static final String PARENT = "00-" + TRACE + "-" + SENDER + "-01";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.with("quarkus-opentelemetry", Handler.class, TestSpans.class)
          .overrideConfigKey("quarkus.otel.traces.exporter", "none")
          .overrideConfigKey("mp.messaging.connector.smallrye-redis-streams.retry-delay", "50ms")
          .overrideConfigKey("mp.messaging.connector.smallrye-redis-streams.retry-attempts", "1")
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.batches.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.batches.stream", STREAM + "batches")
          .overrideConfigKey("mp.messaging.incoming.batches.batch", "true")
          .overrideConfigKey("mp.messaging.incoming.batches.failure-strategy", "ignore")
          .overrideConfigKey("mp.messaging.incoming.silent.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.silent.stream", STREAM + "silent")
          .overrideConfigKey("mp.messaging.incoming.silent.tracing-enabled", "false");

  @Inject Handler handler;
  @Inject InMemorySpanExporter exporter;

  @BeforeEach
  void forget() {
    exporter.reset();
    handler.current.clear();
    handler.done.clear();
  }

  @Test
  void workIsAChildOfWhatPublishedIt() {
    String id = add(STREAM, "good", "traceparent", PARENT);
    SpanData span = spans(1).getFirst();
    assertThat(span.getName()).isEqualTo(STREAM + " process");
    assertThat(span.getKind()).isEqualTo(SpanKind.CONSUMER);
    assertThat(span.getTraceId()).isEqualTo(TRACE);
    assertThat(span.getParentSpanId()).isEqualTo(SENDER);
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(attribute(span, "messaging.system")).isEqualTo("redis_streams");
    assertThat(attribute(span, "messaging.operation")).isEqualTo("process");
    assertThat(attribute(span, "messaging.destination.name")).isEqualTo(STREAM);
    assertThat(attribute(span, "messaging.message.id")).isEqualTo(id);
    assertThat(attribute(span, "messaging.consumer.group.name")).isEqualTo("app");
    // The handler worked within it, and it lasted as long.
    assertThat(handler.current).containsExactly(span.getSpanId());
    assertThat(span.getEndEpochNanos() - span.getStartEpochNanos())
        .isGreaterThanOrEqualTo(Handler.WORK.toNanos());
  }

  @Test
  void theContextOfAnEventIsTakenToo() {
    add(STREAM, "good", "ce_traceparent", PARENT);
    assertThat(spans(1).getFirst().getParentSpanId()).isEqualTo(SENDER);
  }

  @Test
  void theLastSenderComesBeforeTheEventsOrigin() {
    add(
        STREAM,
        "good",
        "ce_traceparent",
        "00-" + TRACE + "-1111111111111111-01",
        "traceparent",
        PARENT);
    assertThat(spans(1).getFirst().getParentSpanId()).isEqualTo(SENDER);
  }

  @Test
  void withoutAContextATraceBegins() {
    add(STREAM, "good");
    SpanData span = spans(1).getFirst();
    assertThat(span.getParentSpanContext().isValid()).isFalse();
    assertThat(span.getSpanContext().isValid()).isTrue();
  }

  @Test
  void eachFailedAttemptIsAnErrorAndRetriesAndDeadLettersKeepTheTrace() {
    add(STREAM, "bad", "traceparent", PARENT);
    List<SpanData> spans = spans(2);
    assertThat(spans)
        .allSatisfy(span -> {
          assertThat(span.getTraceId()).isEqualTo(TRACE);
          assertThat(span.getParentSpanId()).isEqualTo(SENDER);
          assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
          assertThat(span.getStatus().getDescription()).isEqualTo("no good");
          assertThat(span.getEvents()).hasSize(1);
        });
    assertThat(spans)
        .extracting(span ->
            span.getAttributes()
                .get(AttributeKey.longKey("messaging.redis_streams.delivery_count")))
        .containsExactly(1L, 2L);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() ->
            assertThat(TestRedis.entries(STREAM + ":dead:app"))
                .extracting(fields -> fields.get("traceparent"))
                .containsExactly(PARENT));
  }

  @Test
  void aBatchIsOneSpanWithALinkToEachCause() {
    // One script, so that one read gets all.
    TestRedis.call(
        "EVAL",
        "for i = 1, 3 do redis.call('XADD', KEYS[1], '*', 'data', i, ARGV[2*i-1], ARGV[2*i]) end",
        1,
        STREAM + "batches",
        "traceparent",
        PARENT,
        "none",
        "none",
        "ce_traceparent",
        "00-" + TRACE + "-1111111111111111-01");
    SpanData span = spans(1).getFirst();
    assertThat(span.getName()).isEqualTo(STREAM + "batches process");
    assertThat(span.getParentSpanContext().isValid()).isFalse();
    assertThat(span.getLinks())
        .extracting(LinkData::getSpanContext)
        .extracting(context -> context.getTraceId() + "-" + context.getSpanId())
        .containsExactly(TRACE + "-" + SENDER, TRACE + "-1111111111111111");
    assertThat(span.getAttributes().get(AttributeKey.longKey("messaging.batch.message_count")))
        .isEqualTo(3L);
    assertThat(handler.current).containsExactly(span.getSpanId());
    // What came of each entry alone goes on in that entry's trace, if it has one.
    assertThat(handler.done).containsExactly(SENDER, span.getSpanId(), "1111111111111111");
    // One entry failed.
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(span.getEvents()).hasSize(1);
  }

  @Test
  void aChannelMayBeLeftOut() {
    add(STREAM + "silent", "good", "traceparent", PARENT);
    await().atMost(Duration.ofSeconds(10)).until(() -> handler.done.contains("silent"));
    add(STREAM, "good", "traceparent", PARENT);
    assertThat(spans(1)).extracting(SpanData::getName).containsExactly(STREAM + " process");
  }

  private static String add(String stream, String data, String... fields) {
    List<Object> command = new CopyOnWriteArrayList<>(List.of("XADD", stream, "*", "data", data));
    command.addAll(List.of(fields));
    return (String) TestRedis.call(command.toArray());
  }

  private List<SpanData> spans(int number) {
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> exporter.getFinishedSpanItems().size() >= number);
    assertThat(exporter.getFinishedSpanItems()).hasSize(number);
    return exporter.getFinishedSpanItems();
  }

  private static String attribute(SpanData span, String name) {
    return span.getAttributes().get(AttributeKey.stringKey(name));
  }

  @Singleton
  static class Handler {
    static final Duration WORK = Duration.ofMillis(20);

    final List<String> current = new CopyOnWriteArrayList<>();
    final List<String> done = new CopyOnWriteArrayList<>();

    @Incoming("in")
    @Blocking
    void on(byte[] payload) throws InterruptedException {
      current.add(Span.current().getSpanContext().getSpanId());
      Thread.sleep(WORK);
      if (new String(payload, UTF_8).equals("bad")) {
        throw new IllegalStateException("no good");
      }
    }

    @Incoming("batches")
    @Blocking
    CompletionStage<Void> onBatch(Message<List<byte[]>> batch) {
      current.add(Span.current().getSpanContext().getSpanId());
      for (Message<byte[]> entry :
          batch.getMetadata(IncomingRedisStreamBatchMetadata.class).orElseThrow().entries()) {
        Context own = TracingMetadata.fromMessage(entry).orElseThrow().getCurrentContext();
        done.add(Span.fromContext(own).getSpanContext().getSpanId());
        if (new String(entry.getPayload(), UTF_8).equals("2")) {
          entry.nack(new IllegalStateException("no good"));
        }
      }
      return batch.ack();
    }

    @Incoming("silent")
    @Blocking
    void onSilent(byte[] payload) {
      done.add("silent");
    }
  }
}
