package dev.dotori.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import jakarta.annotation.Nullable;
import java.util.Map;
import java.util.TreeMap;

/** The published contract, made from the event records: a JSON Schema per type, one AsyncAPI. */
final class Contract {

  static final String ASYNC_API = "asyncapi.yaml";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper YAML =
      new ObjectMapper(
          new YAMLFactory()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES));

  private static final SchemaGenerator SCHEMAS = schemaGenerator();

  private Contract() {}

  /** Every file of the contract by its path below the resources. */
  static Map<String, String> files() {
    Map<String, String> files = new TreeMap<>();
    for (Class<? extends DomainEvent> type : EventTypes.all()) {
      files.put(schemaFile(EventTypes.nameOf(type)), text(schema(type)));
    }
    files.put(ASYNC_API, asyncApi());
    return files;
  }

  static String schemaFile(String type) {
    return "schemas/" + type + ".schema.json";
  }

  /** The JSON Schema of an event's data. */
  static ObjectNode schema(Class<?> type) {
    ObjectNode generated = SCHEMAS.generateSchema(type);
    ObjectNode schema = JSON.createObjectNode();
    schema.set("$schema", generated.remove("$schema"));
    EventType name = type.getAnnotation(EventType.class);
    if (name != null) {
      schema.put("title", name.value());
    }
    return schema.setAll(generated);
  }

  private static SchemaGenerator schemaGenerator() {
    SchemaGeneratorConfigBuilder config =
        new SchemaGeneratorConfigBuilder(JSON, SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
            .with(Option.EXTRA_OPEN_API_FORMAT_VALUES, Option.PLAIN_DEFINITION_KEYS);
    config
        .forFields()
        .withRequiredCheck(field -> field.getAnnotation(Nullable.class) == null)
        .withNullableCheck(field -> false);
    return new SchemaGenerator(config.build());
  }

  private static String asyncApi() {
    ObjectNode document = JSON.createObjectNode();
    document.put("asyncapi", "3.0.0");
    document
        .putObject("info")
        .put("title", "Dotori's events")
        .put("version", "1.0.0")
        .put(
            "description",
            "Generated from the records in shared-events/events. CloudEvents 1.0 in binary mode:"
                + " the attributes are fields of a stream entry, the JSON is its field data."
                + " docs/events.md tells how they travel.");
    document.put("defaultContentType", EventCodec.CONTENT_TYPE);
    ObjectNode channels = document.putObject("channels");
    ObjectNode operations = document.putObject("operations");
    ObjectNode components = document.putObject("components");
    ObjectNode messages = components.putObject("messages");
    components.putObject("schemas").set("cloudEventAttributes", attributes());
    for (Class<? extends DomainEvent> type : EventTypes.all()) {
      String name = EventTypes.nameOf(type);
      String channel = EventTypes.streamOf(name).replace('.', '-');
      describeChannel(channels.withObjectProperty(channel), name);
      describeOperation(operations.withObjectProperty(channel), type, channel);
      describeMessage(messages.putObject(name), name);
    }
    try {
      return YAML.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void describeChannel(ObjectNode channel, String type) {
    String stream = EventTypes.streamOf(type);
    channel.put("address", stream);
    // Not the address: braces would make it a parameter there.
    channel.put("x-redis-key", "dotori:{" + stream + "}");
    reference(
        channel.withObjectProperty("messages").putObject(type), "/components/messages/" + type);
  }

  private static void describeOperation(
      ObjectNode operation, Class<? extends DomainEvent> type, String channel) {
    String name = EventTypes.nameOf(type);
    operation.put("action", "send");
    operation.put("summary", "Said by the service " + EventTypes.sourceOf(type) + ".");
    reference(operation.withObjectProperty("channel"), "/channels/" + channel);
    reference(
        operation.withArrayProperty("messages").addObject(),
        "/channels/" + channel + "/messages/" + name);
  }

  private static void describeMessage(ObjectNode message, String type) {
    message.put("name", type);
    message.put("contentType", EventCodec.CONTENT_TYPE);
    reference(message.putObject("headers"), "/components/schemas/cloudEventAttributes");
    message
        .putObject("payload")
        .put("schemaFormat", "application/schema+json;version=draft-2020-12")
        .putObject("schema")
        .put("$ref", "./" + schemaFile(type));
  }

  private static ObjectNode attributes() {
    ObjectNode schema = JSON.createObjectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    attribute(properties, "ce_id", "uuid", "Unique per event; UUIDv7");
    attribute(properties, "ce_specversion", null, "The version of CloudEvents: 1.0");
    attribute(properties, "ce_type", null, "The message's name");
    attribute(properties, "ce_source", null, "The service that says it");
    attribute(properties, "ce_subject", null, "The id of what it is about");
    attribute(properties, "ce_time", "date-time", "When the fact became true, UTC");
    attribute(properties, "ce_" + EventCodec.TRACE_PARENT, null, "W3C trace context of its cause");
    attribute(properties, "ce_" + EventCodec.IDEMPOTENCY_KEY, null, "Idempotency-Key of its cause");
    schema
        .putArray("required")
        .add("ce_id")
        .add("ce_specversion")
        .add("ce_type")
        .add("ce_source")
        .add("ce_subject")
        .add("ce_time");
    return schema;
  }

  private static void attribute(
      ObjectNode properties, String name, @Nullable String format, String description) {
    ObjectNode attribute = properties.putObject(name).put("type", "string");
    if (format != null) {
      attribute.put("format", format);
    }
    attribute.put("description", description);
  }

  private static void reference(ObjectNode node, String path) {
    node.put("$ref", "#" + path);
  }

  static String text(JsonNode json) {
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter()
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(new DefaultIndenter("  ", "\n"));
    try {
      return JSON.writer(printer).writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
