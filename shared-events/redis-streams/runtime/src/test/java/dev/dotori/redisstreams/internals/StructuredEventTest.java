package dev.dotori.redisstreams.internals;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadata;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadataBuilder;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A CloudEvent as one JSON document carries its attributes and its data there and back. */
class StructuredEventTest {

  @Test
  void attributesAndExtensionsComeBack() {
    ZonedDateTime time = ZonedDateTime.parse("2026-01-02T03:04:05.678901Z");
    byte[] document =
        StructuredEvent.write(
            event("application/json")
                .withSubject("a \"subject\"")
                .withTimestamp(time)
                .withDataSchema(URI.create("https://example.org/schema"))
                .withExtension("traceparent", "00-trace-span-01")
                .withExtension("sampled", true)
                .build(),
            "{}");

    StructuredEvent read = StructuredEvent.read(document).orElseThrow();

    assertThat(read.getId()).isEqualTo("id-1");
    assertThat(read.getType()).isEqualTo("something.happened.v1");
    assertThat(read.getSource()).isEqualTo(URI.create("/somewhere"));
    assertThat(read.getSpecVersion()).isEqualTo("1.0");
    assertThat(read.getSubject()).contains("a \"subject\"");
    assertThat(read.getTimeStamp()).contains(time);
    assertThat(read.getDataSchema()).contains(URI.create("https://example.org/schema"));
    assertThat(read.getDataContentType()).contains("application/json");
    assertThat(read.getExtensions())
        .isEqualTo(Map.of("traceparent", "00-trace-span-01", "sampled", "true"));
  }

  @Test
  void jsonComesBackDigitForDigit() {
    for (String json :
        List.of(
            "{\"price\": 12345678901234567890.10, \"a\":[1,2,{\"b\":null}]}",
            "[1, 2]",
            "12.50",
            "-0",
            "true",
            "null",
            "\"text, 도토리\"")) {
      assertThat(there(event("application/json").build(), json.getBytes(UTF_8)))
          .asString(UTF_8)
          .isEqualTo(json);
      assertThat(there(event("application/vnd.shop+json; charset=utf-8").build(), json))
          .asString(UTF_8)
          .isEqualTo(json);
    }
  }

  @Test
  void textAndBytesComeBack() {
    assertThat(there(event("text/plain").build(), "a \"text\"\n도토리"))
        .asString(UTF_8)
        .isEqualTo("a \"text\"\n도토리");
    assertThat(there(event(null).build(), "a text")).asString(UTF_8).isEqualTo("a text");
    byte[] bytes = {0, 1, (byte) 0xFF, '"'};
    assertThat(there(event(null).build(), bytes)).isEqualTo(bytes);
    assertThat(there(event("image/png").build(), Buffer.buffer(bytes))).isEqualTo(bytes);
    assertThat(there(event(null).build(), new JsonObject().put("a", 1)))
        .asString(UTF_8)
        .isEqualTo("{\"a\":1}");
    assertThat(there(event(null).build(), null)).isEmpty();
  }

  @Test
  void dataBeforeTheAttributesIsReadToo() {
    String document =
        "{\"data\":\"a text\", \"datacontenttype\":\"text/plain\", \"specversion\":\"1.0\"}";

    assertThat(StructuredEvent.read(document.getBytes(UTF_8)).orElseThrow().getData())
        .asString(UTF_8)
        .isEqualTo("a text");
  }

  @Test
  void whatIsSaidToBeJsonAndIsNotIsRefused() {
    for (String wrong : List.of("{", "", "{} {}", "no", "{\"a\":1}]")) {
      assertThatThrownBy(() -> StructuredEvent.write(event("application/json").build(), wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void whatIsNoEventIsNotTakenForOne() {
    for (String wrong : List.of("", "[]", "{\"data\":1}", "{\"specversion\":\"1.0\"", "text")) {
      assertThat(StructuredEvent.read(wrong.getBytes(UTF_8))).as(wrong).isEmpty();
    }
    assertThat(StructuredEvent.is("application/cloudevents+json; charset=UTF-8")).isTrue();
    assertThat(StructuredEvent.is("application/cloudevents+jsonl")).isFalse();
    assertThat(StructuredEvent.is("application/json")).isFalse();
  }

  private static byte[] there(OutgoingCloudEventMetadata<?> event, Object payload) {
    return StructuredEvent.read(StructuredEvent.write(event, payload)).orElseThrow().getData();
  }

  private static OutgoingCloudEventMetadataBuilder<Object> event(String contentType) {
    return OutgoingCloudEventMetadata.builder()
        .withId("id-1")
        .withType("something.happened.v1")
        .withSource(URI.create("/somewhere"))
        .withDataContentType(contentType);
  }
}
