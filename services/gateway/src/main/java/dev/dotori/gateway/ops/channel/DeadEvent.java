package dev.dotori.gateway.ops.channel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.dotori.redisstreams.admin.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An event that a service has given up. Its payload may tell of a person: it is for operators, and
 * not for logs.
 *
 * @param id by which it is replayed or dropped
 * @param attempts how often the service was given it
 * @param reason message of the last failure
 * @param exception class of the last failure
 * @param cause message of the failure behind it; null without one
 * @param attributes of the event's envelope: id, type, source, time
 * @param payload the event's data; as text where it is no JSON
 */
public record DeadEvent(
    String id,
    String entryId,
    int attempts,
    String reason,
    String exception,
    String cause,
    Instant firstFailedAt,
    Instant lastFailedAt,
    Map<String, String> attributes,
    JsonNode payload) {

  private static final String DATA = "data";
  private static final String ATTRIBUTE_PREFIX = "ce_";

  static DeadEvent of(DeadLetter dead, ObjectMapper mapper) {
    Map<String, String> attributes = new LinkedHashMap<>();
    dead.fields()
        .forEach((name, value) -> {
          if (!name.equals(DATA)) {
            String attribute =
                name.startsWith(ATTRIBUTE_PREFIX)
                    ? name.substring(ATTRIBUTE_PREFIX.length())
                    : name;
            attributes.put(attribute, new String(value, StandardCharsets.UTF_8));
          }
        });
    return new DeadEvent(
        dead.id(),
        dead.entryId(),
        dead.attempts(),
        dead.reason(),
        dead.exceptionClassName(),
        dead.cause().orElse(null),
        dead.firstFailure(),
        dead.lastFailure(),
        attributes,
        payload(dead.field(DATA).orElse(""), mapper));
  }

  private static JsonNode payload(String data, ObjectMapper mapper) {
    try {
      JsonNode json = mapper.readTree(data);
      return json.isMissingNode() ? TextNode.valueOf(data) : json;
    } catch (JsonProcessingException notJson) {
      // A payload that nobody can read is a reason to be among the dead.
      return TextNode.valueOf(data);
    }
  }
}
