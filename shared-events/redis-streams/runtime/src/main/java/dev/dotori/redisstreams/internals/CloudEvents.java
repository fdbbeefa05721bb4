package dev.dotori.redisstreams.internals;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import io.smallrye.reactive.messaging.ce.CloudEventMetadata;
import io.smallrye.reactive.messaging.ce.IncomingCloudEventMetadata;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadata;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadataBuilder;
import java.net.URI;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * CloudEvents 1.0 in binary mode, attributes as fields {@code ce_…} and the data in {@code data};
 * and which mode an entry is in.
 */
final class CloudEvents {

  static final String DATA_FIELD = "data";
  static final String CONTENT_TYPE_FIELD = "content-type";

  /** What is not an extension. */
  static final Set<String> ATTRIBUTES =
      Set.of(
          "id",
          "source",
          "specversion",
          "type",
          "subject",
          "time",
          "dataschema",
          "datacontenttype");

  private static final String PREFIX = "ce_";
  private static final String SPEC_VERSION_FIELD = PREFIX + "specversion";

  // Encoded once: they are in every event.
  private static final byte[] ID = "ce_id".getBytes(UTF_8);
  private static final byte[] SOURCE = "ce_source".getBytes(UTF_8);
  private static final byte[] SPEC_VERSION = SPEC_VERSION_FIELD.getBytes(UTF_8);
  private static final byte[] TYPE = "ce_type".getBytes(UTF_8);
  private static final byte[] SUBJECT = "ce_subject".getBytes(UTF_8);
  private static final byte[] TIME = "ce_time".getBytes(UTF_8);
  private static final byte[] DATA_SCHEMA = "ce_dataschema".getBytes(UTF_8);

  private CloudEvents() {}

  /** The event of an entry that carries one. */
  static Optional<? extends IncomingCloudEventMetadata<byte[]>> read(StreamEntry entry) {
    if (entry.bytes(SPEC_VERSION_FIELD).isPresent()) {
      return Optional.of(new Lazy(entry));
    }
    return isStructured(entry) ? StructuredEvent.read(entry.document()) : Optional.empty();
  }

  /** Whether an entry says that its data is a whole event. */
  static boolean isStructured(StreamEntry entry) {
    Optional<byte[]> type = entry.bytes(CONTENT_TYPE_FIELD);
    return type.isPresent()
        && type.get().length >= StructuredEvent.CONTENT_TYPE.length()
        && StructuredEvent.is(new String(type.get(), UTF_8));
  }

  /**
   * The event that a message becomes: its own with what it lacks, one made of the channel's type
   * and source, or none.
   */
  static OutgoingCloudEventMetadata<?> completed(
      OutgoingCloudEventMetadata<?> event, OutgoingSettings.EventDefaults defaults) {
    if (event == null) {
      return defaults.type().isPresent() && defaults.source().isPresent()
          ? OutgoingCloudEventMetadata.builder()
              .withId(UUID.randomUUID().toString())
              .withType(defaults.type().get())
              .withSource(defaults.source().get())
              .withTimestamp(ZonedDateTime.now(ZoneOffset.UTC))
              .build()
          : null;
    }
    if ((event.getType() != null || defaults.type().isEmpty())
        && (event.getSource() != null || defaults.source().isEmpty())) {
      return event;
    }
    OutgoingCloudEventMetadataBuilder<?> completed = OutgoingCloudEventMetadata.from(event);
    if (event.getType() == null) {
      defaults.type().ifPresent(completed::withType);
    }
    if (event.getSource() == null) {
      defaults.source().ifPresent(completed::withSource);
    }
    return completed.build();
  }

  /** Adds an event's attributes as fields and values. */
  static void write(OutgoingCloudEventMetadata<?> event, List<Object> fields) {
    field(fields, ID, event.getId());
    field(fields, SOURCE, event.getSource() == null ? null : event.getSource().toString());
    field(
        fields,
        SPEC_VERSION,
        event.getSpecVersion() == null
            ? CloudEventMetadata.CE_VERSION_1_0
            : event.getSpecVersion());
    field(fields, TYPE, event.getType());
    field(fields, SUBJECT, event.getSubject().orElse(null));
    field(
        fields,
        TIME,
        event.getTimeStamp().map(DateTimeFormatter.ISO_OFFSET_DATE_TIME::format).orElse(null));
    field(fields, DATA_SCHEMA, event.getDataSchema().map(URI::toString).orElse(null));
    event
        .getExtensions()
        .forEach(
            (name, value) -> field(fields, (PREFIX + name).getBytes(UTF_8), String.valueOf(value)));
  }

  private static void field(List<Object> fields, byte[] name, String value) {
    if (value != null) {
      fields.add(name);
      fields.add(value.getBytes(UTF_8));
    }
  }

  /** Reads an attribute when it is asked for. */
  private record Lazy(StreamEntry entry) implements TextAttributes {

    @Override
    public Optional<String> attribute(String name) {
      return ((IncomingRedisStreamMetadata) entry).field(PREFIX + name);
    }

    @Override
    public IllegalStateException missing(String name) {
      return new IllegalStateException("%s has no field ce_%s".formatted(entry, name));
    }

    @Override
    public Optional<String> getDataContentType() {
      return entry.field(CONTENT_TYPE_FIELD);
    }

    @Override
    public Map<String, Object> getExtensions() {
      Map<String, Object> extensions = new HashMap<>();
      entry
          .fields()
          .forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !ATTRIBUTES.contains(name.substring(PREFIX.length()))) {
              extensions.put(name.substring(PREFIX.length()), value);
            }
          });
      return extensions;
    }

    @Override
    public byte[] getData() {
      return entry.getPayload();
    }
  }
}
