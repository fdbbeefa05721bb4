package dev.dotori.redisstreams.internals;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import io.smallrye.reactive.messaging.ce.CloudEventMetadata;
import io.smallrye.reactive.messaging.ce.IncomingCloudEventMetadata;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadata;
import io.vertx.redis.client.Request;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** CloudEvents 1.0 in binary mode: attributes as fields {@code ce_…}, the data in {@code data}. */
final class CloudEvents {

  static final String DATA_FIELD = "data";
  static final String CONTENT_TYPE_FIELD = "content-type";
  private static final String PREFIX = "ce_";
  private static final String SPEC_VERSION_FIELD = PREFIX + "specversion";

  private CloudEvents() {}

  /** The event of an entry that carries one. */
  static Optional<IncomingCloudEventMetadata<byte[]>> read(StreamEntry entry) {
    return entry.bytes(SPEC_VERSION_FIELD).isPresent()
        ? Optional.of(new Lazy(entry))
        : Optional.empty();
  }

  /** Adds an event's attributes to an XADD. */
  static void write(OutgoingCloudEventMetadata<?> event, Request xadd) {
    field(xadd, "id", event.getId());
    field(xadd, "source", event.getSource() == null ? null : event.getSource().toString());
    field(
        xadd,
        "specversion",
        event.getSpecVersion() == null
            ? CloudEventMetadata.CE_VERSION_1_0
            : event.getSpecVersion());
    field(xadd, "type", event.getType());
    field(xadd, "subject", event.getSubject().orElse(null));
    field(
        xadd,
        "time",
        event.getTimeStamp().map(DateTimeFormatter.ISO_OFFSET_DATE_TIME::format).orElse(null));
    field(xadd, "dataschema", event.getDataSchema().map(URI::toString).orElse(null));
    event.getExtensions().forEach((name, value) -> field(xadd, name, String.valueOf(value)));
  }

  private static void field(Request xadd, String attribute, String value) {
    if (value != null) {
      xadd.arg(PREFIX + attribute).arg(value.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Reads an attribute when it is asked for. */
  private record Lazy(StreamEntry entry) implements IncomingCloudEventMetadata<byte[]> {

    private Optional<String> attribute(String name) {
      return ((IncomingRedisStreamMetadata) entry).field(PREFIX + name);
    }

    private String required(String name) {
      return attribute(name)
          .orElseThrow(
              () -> new IllegalStateException("%s has no field ce_%s".formatted(entry, name)));
    }

    @Override
    public String getId() {
      return required("id");
    }

    @Override
    public URI getSource() {
      return URI.create(required("source"));
    }

    @Override
    public String getSpecVersion() {
      return required("specversion");
    }

    @Override
    public String getType() {
      return required("type");
    }

    @Override
    public Optional<String> getDataContentType() {
      return entry.field(CONTENT_TYPE_FIELD);
    }

    @Override
    public Optional<URI> getDataSchema() {
      return attribute("dataschema").map(URI::create);
    }

    @Override
    public Optional<String> getSubject() {
      return attribute("subject");
    }

    @Override
    public Optional<ZonedDateTime> getTimeStamp() {
      return attribute("time").map(ZonedDateTime::parse);
    }

    @Override
    @SuppressWarnings(
        "unchecked") // extensions are text here; the interface lets the caller name it
    public <A> Optional<A> getExtension(String name) {
      return (Optional<A>) attribute(name);
    }

    @Override
    public Map<String, Object> getExtensions() {
      Map<String, Object> extensions = new HashMap<>();
      entry
          .fields()
          .forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !isAttribute(name.substring(PREFIX.length()))) {
              extensions.put(name.substring(PREFIX.length()), value);
            }
          });
      return extensions;
    }

    private static boolean isAttribute(String name) {
      return switch (name) {
        case "id", "source", "specversion", "type", "subject", "time", "dataschema" -> true;
        default -> false;
      };
    }

    @Override
    public byte[] getData() {
      return entry.getPayload();
    }
  }
}
