package dev.dotori.redisstreams.companion;

import io.vertx.redis.client.Response;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An entry of a stream.
 *
 * @param id the id that Redis gave it
 * @param fields as UTF-8 text, in their order; of fields with one name the first
 */
public record Entry(String id, Map<String, String> fields) {

  /** The field in which the connector keeps payloads. */
  public static final String DATA = "data";

  /** The field in which the connector keeps keys. */
  public static final String KEY = "key";

  /** The payload, null if there is none. */
  public String data() {
    return fields.get(DATA);
  }

  /** The key, null if there is none. */
  public String key() {
    return fields.get(KEY);
  }

  /** A field, null if there is none of that name. */
  public String field(String name) {
    return fields.get(name);
  }

  static Entry of(Response idAndFields) {
    return new Entry(idAndFields.get(0).toString(), fields(idAndFields.get(1)));
  }

  static Map<String, String> fields(Response namesAndValues) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (int i = 0; i + 1 < namesAndValues.size(); i += 2) {
      fields.putIfAbsent(namesAndValues.get(i).toString(), namesAndValues.get(i + 1).toString());
    }
    return fields;
  }
}
