package dev.dotori.redisstreams.internals;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.smallrye.reactive.messaging.ce.CloudEventMetadata;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadata;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A CloudEvent 1.0 in structured mode: one JSON document with its attributes and its data.
 *
 * <p>Data that is JSON is carried as it is, digit for digit: no number passes through a {@code
 * double}.
 */
final class StructuredEvent implements TextAttributes {

  static final String CONTENT_TYPE = "application/cloudevents+json";
  static final byte[] CONTENT_TYPE_BYTES = CONTENT_TYPE.getBytes(US_ASCII);

  private static final String DATA = "data";
  private static final String DATA_BASE64 = "data_base64";
  private static final String JSON = "application/json";
  private static final JsonFactory FACTORY = new JsonFactory();

  private final Map<String, String> attributes;
  private final byte[] data;

  private StructuredEvent(Map<String, String> attributes, byte[] data) {
    this.attributes = attributes;
    this.data = data;
  }

  /** Whether a content type says that the data is such a document. */
  static boolean is(String contentType) {
    return contentType.regionMatches(true, 0, CONTENT_TYPE, 0, CONTENT_TYPE.length())
        && (contentType.length() == CONTENT_TYPE.length()
            || contentType.charAt(CONTENT_TYPE.length()) == ';'
            || contentType.charAt(CONTENT_TYPE.length()) == ' ');
  }

  // ---- out

  /**
   * The document of an event with a payload.
   *
   * @throws IllegalArgumentException if the event lacks what the specification requires, or says
   *     that its data is JSON and it is not
   */
  static byte[] write(OutgoingCloudEventMetadata<?> event, Object payload) {
    if (event.getId() == null || event.getSource() == null || event.getType() == null) {
      throw new IllegalArgumentException("a CloudEvent needs an id, a source and a type");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField(
          "specversion",
          event.getSpecVersion() == null
              ? CloudEventMetadata.CE_VERSION_1_0
              : event.getSpecVersion());
      json.writeStringField("id", event.getId());
      json.writeStringField("source", event.getSource().toString());
      json.writeStringField("type", event.getType());
      optional(json, "subject", event.getSubject());
      optional(
          json, "time", event.getTimeStamp().map(DateTimeFormatter.ISO_OFFSET_DATE_TIME::format));
      optional(json, "dataschema", event.getDataSchema().map(URI::toString));
      for (Map.Entry<String, Object> extension : event.getExtensions().entrySet()) {
        extension(json, extension.getKey(), extension.getValue());
      }
      data(json, event.getDataContentType().orElse(null), payload);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void optional(JsonGenerator json, String name, Optional<String> value)
      throws IOException {
    if (value.isPresent()) {
      json.writeStringField(name, value.get());
    }
  }

  private static void extension(JsonGenerator json, String name, Object value) throws IOException {
    switch (value) {
      case Boolean flag -> json.writeBooleanField(name, flag);
      case Integer number -> json.writeNumberField(name, number);
      case null -> {}
      default -> json.writeStringField(name, value.toString());
    }
  }

  private static void data(JsonGenerator json, String type, Object payload) throws IOException {
    if (payload == null) {
      optional(json, "datacontenttype", Optional.ofNullable(type));
      return;
    }
    boolean text = payload instanceof CharSequence;
    boolean bytes = payload instanceof byte[] || payload instanceof Buffer;
    String said = type != null ? type : text ? "text/plain" : bytes ? null : JSON;
    optional(json, "datacontenttype", Optional.ofNullable(said));
    if (said != null && isJson(said)) {
      json.writeFieldName(DATA);
      json.writeRawValue(new String(checked(MessageEncoder.bytes(payload)), UTF_8));
    } else if (bytes) {
      json.writeFieldName(DATA_BASE64);
      json.writeBinary(MessageEncoder.bytes(payload));
    } else {
      json.writeStringField(DATA, text ? payload.toString() : text(payload));
    }
  }

  private static String text(Object payload) {
    return new String(MessageEncoder.bytes(payload), UTF_8);
  }

  private static byte[] checked(byte[] json) {
    try (JsonParser parser = FACTORY.createParser(json)) {
      if (parser.nextToken() != null) {
        parser.skipChildren();
        if (parser.nextToken() == null) {
          return json;
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("the data is said to be JSON and is not", e);
    }
    throw new IllegalArgumentException("the data is said to be JSON and is not one value of it");
  }

  // ---- in

  /** Reads a document; nothing if it is not one. */
  static Optional<StructuredEvent> read(byte[] document) {
    Map<String, String> attributes = new LinkedHashMap<>();
    byte[] data = new byte[0];
    String text = null;
    try (JsonParser parser = FACTORY.createParser(document)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals(DATA)) {
          text = value == JsonToken.VALUE_STRING ? parser.getText() : null;
          data = raw(document, parser);
        } else if (name.equals(DATA_BASE64)) {
          data = parser.getBinaryValue();
        } else if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
          attributes.put(name, parser.getText());
        } else {
          parser.skipChildren();
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    if (!attributes.containsKey("specversion")) {
      return Optional.empty();
    }
    String type = attributes.get("datacontenttype");
    if (text != null && type != null && !isJson(type)) {
      data = text.getBytes(UTF_8);
    }
    return Optional.of(new StructuredEvent(attributes, data));
  }

  /** The bytes of the value at which the parser is; afterwards it is at the value's end. */
  private static byte[] raw(byte[] document, JsonParser parser) throws IOException {
    int from = (int) parser.currentTokenLocation().getByteOffset();
    parser.finishToken();
    parser.skipChildren();
    return Arrays.copyOfRange(document, from, (int) parser.currentLocation().getByteOffset());
  }

  private static boolean isJson(String contentType) {
    String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return type.endsWith("/json") || type.endsWith("+json");
  }

  @Override
  public Optional<String> attribute(String name) {
    return Optional.ofNullable(attributes.get(name));
  }

  @Override
  public IllegalStateException missing(String name) {
    return new IllegalStateException("the CloudEvent has no " + name);
  }

  @Override
  public Optional<String> getDataContentType() {
    return attribute("datacontenttype");
  }

  @Override
  public Map<String, Object> getExtensions() {
    Map<String, Object> extensions = new HashMap<>(attributes);
    CloudEvents.ATTRIBUTES.forEach(extensions::remove);
    return extensions;
  }

  @Override
  public byte[] getData() {
    return data;
  }
}
