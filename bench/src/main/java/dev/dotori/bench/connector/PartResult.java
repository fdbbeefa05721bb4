package dev.dotori.bench.connector;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * What one part measured.
 *
 * @param settings under which it was measured
 * @param table for people, its heading first
 * @param figures for machines
 */
public record PartResult(
    Map<String, Object> settings,
    List<List<String>> table,
    Map<String, Object> figures,
    List<Aim> aims) {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  public String toJson() {
    return json(this);
  }

  public static PartResult of(String json) {
    try {
      return JSON.readValue(json, PartResult.class);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
