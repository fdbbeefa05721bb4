package dev.dotori.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is what is read, and nothing that is not an event passes for one. */
class EventCodecTest {

  private static final UUID ID = UUID.fromString("01938f6e-2f3a-7c41-9d2e-1b0a5c7e9f00");
  private static final Instant TIME = Instant.parse("2026-11-22T17:03:04.123456Z");

  private static final PurchaseRecorded PURCHASE =
      new PurchaseRecorded(
          ID,
          ID,
          ID,
          new MoneyAmount(1299, "EUR"),
          "R-1",
          1,
          13,
          null,
          List.of(new Portion(ID, 2, 9), new Portion(ID, 1, 4)),
          TIME,
          TIME);

  private final EventCodec codec = new EventCodec();

  @Test
  void whatIsWrittenIsWhatIsRead() {
    byte[] json = codec.encode(PURCHASE);

    Event<PurchaseRecorded> event =
        codec.decode(
            ID.toString(),
            "purchase.recorded.v1",
            "2026-11-22T18:03:04.123456+01:00",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "key-1",
            json,
            PurchaseRecorded.class);

    assertThat(event)
        .isEqualTo(
            new Event<>(
                ID,
                TIME,
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "key-1",
                PURCHASE));
    assertThat(event.type()).isEqualTo("purchase.recorded.v1");
    assertThat(event.source()).isEqualTo("points");
    assertThat(event.stream()).isEqualTo("purchase.recorded");
  }

  @Test
  void instantsAreTextInUtcAndWhatHasNoValueIsLeftOut() {
    assertThat(new String(codec.encode(PURCHASE), UTF_8))
        .contains("\"recordedAt\":\"2026-11-22T17:03:04.123456Z\"")
        .doesNotContain("expiresAt")
        .doesNotContain("subject");
  }

  @Test
  void whatIsWrittenFitsTheCommittedSchema() throws Exception {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(
                Files.readString(
                    Path.of("src/main/resources/schemas/purchase.recorded.v1.schema.json")),
                InputFormat.JSON);

    String json = new String(codec.encode(PURCHASE), UTF_8);

    assertThat(schema.validate(json, InputFormat.JSON)).isEmpty();
    assertThat(schema.validate(json.replace("\"earned\":13,", ""), InputFormat.JSON)).hasSize(1);
  }

  @Test
  void aFieldOfANewerReleaseIsIgnored() {
    String json =
        """
        {"memberId":"%s","closedAt":"2026-11-22T17:03:04Z","reason":{"of":["a","newer","release"]}}\
        """
            .formatted(ID);

    assertThat(codec.decode(json.getBytes(UTF_8), MemberClosed.class))
        .isEqualTo(new MemberClosed(ID, Instant.parse("2026-11-22T17:03:04Z")));
  }

  @Test
  void aRequiredFieldWithoutAValueIsNotSent() {
    assertThatThrownBy(() -> codec.encode(new MemberClosed(null, TIME)))
        .isInstanceOf(EventFormatException.class)
        .hasMessageContaining("memberId");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{}",
        "{\"memberId\":\"%s\"}",
        "{\"memberId\":\"%s\",\"closedAt\":null}",
        "{\"memberId\":\"no uuid\",\"closedAt\":\"2026-11-22T17:03:04Z\"}",
        "{\"memberId\":\"%s\",\"closedAt\":\"yesterday\"}",
        "{\"memberId\":\"%s\",\"closedAt\":\"2026-11-22T17:03:04Z\"} {}",
      })
  void dataThatIsNoMemberClosedIsRefused(String json) {
    assertThatThrownBy(() -> codec.decode(json.formatted(ID).getBytes(UTF_8), MemberClosed.class))
        .isInstanceOf(EventFormatException.class)
        .hasMessageContaining("MemberClosed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"memberId\":\"%s\",\"weight\":1}",
        "{\"memberId\":\"%s\",\"weight\":1,\"points\":null}",
        "{\"memberId\":\"%s\",\"weight\":1,\"points\":1.5}",
        "{\"memberId\":\"%s\",\"weight\":1,\"points\":\"1\"}",
        "{\"memberId\":\"%s\",\"weight\":1,\"points\":9223372036854775808}",
      })
  void numbersAreNeitherGuessedNorRounded(String portion) {
    String json = new String(codec.encode(PURCHASE), UTF_8);
    String changed =
        json.replaceAll("\"distribution\":\\[.*?]", "\"distribution\":[" + portion + "]")
            .formatted(ID);

    assertThatThrownBy(() -> codec.decode(changed.getBytes(UTF_8), PurchaseRecorded.class))
        .isInstanceOf(EventFormatException.class);
  }

  @Test
  void aListWithNothingInAPlaceIsRefused() {
    String json = new String(codec.encode(PURCHASE), UTF_8);
    String changed = json.replaceAll("\"distribution\":\\[.*?]", "\"distribution\":[null]");

    assertThatThrownBy(() -> codec.decode(changed.getBytes(UTF_8), PurchaseRecorded.class))
        .isInstanceOf(EventFormatException.class);
  }

  @Test
  void brokenUtf8IsRefused() {
    byte[] json = codec.encode(PURCHASE);
    int name = new String(json, UTF_8).indexOf("R-1");
    json[name] = (byte) 0xC3;

    assertThatThrownBy(() -> codec.decode(json, PurchaseRecorded.class))
        .isInstanceOf(EventFormatException.class);
  }

  @Test
  void anotherTypeOrAMissingAttributeIsRefused() {
    byte[] json = codec.encode(PURCHASE);

    assertThatThrownBy(() -> decode(ID.toString(), "purchase.recorded.v2", "" + TIME, json))
        .isInstanceOf(EventFormatException.class)
        .hasMessageContaining("purchase.recorded.v2");
    assertThatThrownBy(() -> decode(null, "purchase.recorded.v1", "" + TIME, json))
        .isInstanceOf(EventFormatException.class)
        .hasMessageContaining("id");
    assertThatThrownBy(() -> decode("17", "purchase.recorded.v1", "" + TIME, json))
        .isInstanceOf(EventFormatException.class)
        .hasMessageContaining("id");
    assertThatThrownBy(() -> decode(ID.toString(), "purchase.recorded.v1", null, json))
        .isInstanceOf(EventFormatException.class)
        .hasMessageContaining("time");
    assertThatThrownBy(() -> decode(ID.toString(), "purchase.recorded.v1", "now", json))
        .isInstanceOf(EventFormatException.class)
        .hasMessageContaining("time");
  }

  private void decode(String id, String type, String time, byte[] json) {
    codec.decode(id, type, time, null, null, json, PurchaseRecorded.class);
  }
}
