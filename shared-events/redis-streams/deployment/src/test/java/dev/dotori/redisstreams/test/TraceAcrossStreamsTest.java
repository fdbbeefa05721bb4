package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.annotations.Blocking;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadata;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Outgoing;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is published, handled, published again and handled elsewhere is one trace. */
class TraceAcrossStreamsTest {

  private static final String FIRST = "test:{trace}:first";
  private static final String SECOND = "test:{trace}:second";
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String ORIGIN = "00f067aa0ba902b7";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.with("quarkus-opentelemetry", Handler.class, TestSpans.class)
          .overrideConfigKey("quarkus.otel.traces.exporter", "none")
          .overrideConfigKey("mp.messaging.outgoing.out.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.out.stream", FIRST)
          .overrideConfigKey("mp.messaging.incoming.first.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.first.stream", FIRST)
          .overrideConfigKey("mp.messaging.outgoing.next.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.next.stream", SECOND)
          .overrideConfigKey("mp.messaging.incoming.second.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.second.stream", SECOND)
          .overrideConfigKey("mp.messaging.incoming.second.failure-strategy", "ignore");

  @Inject InMemorySpanExporter exporter;
  @Inject Tracer tracer;

  @Inject
  @Channel("out")
  MutinyEmitter<String> out;

  @BeforeEach
  void forget() {
    exporter.reset();
  }

  @Test
  void eachStepIsAChildOfTheOneBefore() {
    // given a request
    Span request = tracer.spanBuilder("request").startSpan();

    // when
    try (Scope _ = request.makeCurrent()) {
      out.sendAndAwait("good");
    }
    request.end();

    // then
    await().atMost(Duration.ofSeconds(10)).until(() -> spans().size() == 5);
    SpanData published = span(FIRST + " publish");
    SpanData handled = span(FIRST + " process");
    SpanData publishedNext = span(SECOND + " publish");
    SpanData handledNext = span(SECOND + " process");
    assertThat(spans()).extracting(SpanData::getTraceId).containsOnly(published.getTraceId());
    assertThat(published.getParentSpanId()).isEqualTo(request.getSpanContext().getSpanId());
    assertThat(handled.getParentSpanId()).isEqualTo(published.getSpanId());
    assertThat(publishedNext.getParentSpanId()).isEqualTo(handled.getSpanId());
    assertThat(handledNext.getParentSpanId()).isEqualTo(publishedNext.getSpanId());

    assertThat(published.getKind()).isEqualTo(SpanKind.PRODUCER);
    assertThat(attribute(published, "messaging.system")).isEqualTo("redis_streams");
    assertThat(attribute(published, "messaging.operation")).isEqualTo("publish");
    assertThat(attribute(published, "messaging.destination.name")).isEqualTo(FIRST);
    assertThat(attribute(published, "messaging.message.id"))
        .isEqualTo(attribute(handled, "messaging.message.id"))
        .matches("\\d+-\\d+");
    // Work lasts until what came of it is on its stream.
    assertThat(handled.getEndEpochNanos()).isGreaterThanOrEqualTo(publishedNext.getEndEpochNanos());
  }

  @Test
  void onlyTheFailedStepIsAnError() {
    out.sendAndAwait("bad");
    await().atMost(Duration.ofSeconds(10)).until(() -> spans().size() == 4);
    assertThat(spans())
        .extracting(SpanData::getTraceId)
        .containsOnly(spans().getFirst().getTraceId());
    assertThat(spans())
        .filteredOn(span -> span.getStatus().getStatusCode() == StatusCode.ERROR)
        .extracting(SpanData::getName)
        .containsExactly(SECOND + " process");
  }

  @Test
  void aRelayThatDoesNothingItselfGoesOnWithTheEventsTrace() {
    out.sendMessageAndAwait(
        Message.of("good")
            .addMetadata(
                OutgoingCloudEventMetadata.builder()
                    .withId("1")
                    .withType("order.placed")
                    .withSource(URI.create("urn:shop"))
                    .withExtension("traceparent", "00-" + TRACE + "-" + ORIGIN + "-01")
                    .build()));
    await().atMost(Duration.ofSeconds(10)).until(() -> spans().size() == 4);
    assertThat(spans()).extracting(SpanData::getTraceId).containsOnly(TRACE);
    assertThat(span(FIRST + " publish").getParentSpanId()).isEqualTo(ORIGIN);
    Map<String, String> fields = TestRedis.entries(FIRST).getLast();
    assertThat(fields.get("traceparent")).contains(span(FIRST + " publish").getSpanId());
    assertThat(fields.get("ce_traceparent")).contains(ORIGIN);
  }

  private List<SpanData> spans() {
    return exporter.getFinishedSpanItems();
  }

  private SpanData span(String name) {
    return spans().stream().filter(span -> span.getName().equals(name)).findFirst().orElseThrow();
  }

  private static String attribute(SpanData span, String name) {
    return span.getAttributes().get(AttributeKey.stringKey(name));
  }

  @Singleton
  static class Handler {
    @Incoming("first")
    @Outgoing("next")
    @Blocking
    String pass(byte[] payload) {
      return new String(payload, UTF_8);
    }

    @Incoming("second")
    @Blocking
    void end(byte[] payload) {
      if (new String(payload, UTF_8).equals("bad")) {
        throw new IllegalStateException("no good");
      }
    }
  }
}
