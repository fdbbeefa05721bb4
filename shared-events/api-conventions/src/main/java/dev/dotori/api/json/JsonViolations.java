package dev.dotori.api.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.dotori.api.problem.Violation;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** Says of JSON that could not be read which field is wrong, and what would be right. */
public final class JsonViolations {

  private JsonViolations() {}

  /** What is wrong, without the parser's own words: those name classes. */
  public static Violation of(JsonProcessingException exception) {
    return switch (exception) {
      case UnrecognizedPropertyException unknown ->
          new Violation(path(unknown), "is not a known field; known are " + known(unknown));
      case InvalidFormatException format ->
          new Violation(path(format), "must be " + expected(format.getTargetType()));
      case MismatchedInputException mismatch ->
          new Violation(path(mismatch), "must be " + expected(mismatch.getTargetType()));
      case JsonMappingException mapping
          when mapping.getCause() instanceof InputCoercionException overflow ->
          new Violation(path(mapping), "must be " + expected(overflow.getTargetType()));
      case JsonMappingException mapping ->
          new Violation(path(mapping), "can't be read as what belongs here");
      default -> new Violation("", "The body is not well-formed JSON in UTF-8" + at(exception));
    };
  }

  private static String at(JsonProcessingException exception) {
    return exception.getLocation() == null
        ? ""
        : " (line %d, column %d)"
            .formatted(exception.getLocation().getLineNr(), exception.getLocation().getColumnNr());
  }

  private static String known(UnrecognizedPropertyException unknown) {
    Collection<Object> ids = unknown.getKnownPropertyIds();
    return ids == null || ids.isEmpty()
        ? "none"
        : ids.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
  }

  private static String path(JsonMappingException exception) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : exception.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return path.toString();
  }

  private static String expected(Class<?> type) {
    if (type == null) {
      return "another type of value";
    }
    if (type == UUID.class) {
      return "a UUID";
    }
    if (type == Instant.class) {
      return "an RFC 3339 time in UTC such as 2026-11-22T09:30:00Z";
    }
    if (type == long.class || type == Long.class) {
      return "an integer of at most 64 bits";
    }
    if (type == int.class || type == Integer.class) {
      return "an integer of at most 32 bits";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == String.class) {
      return "text";
    }
    if (type.isEnum()) {
      return "one of " + names(type);
    }
    if (Collection.class.isAssignableFrom(type) || type.isArray()) {
      return "a list";
    }
    return "an object";
  }

  // The names as JSON has them, which is how an enum of the API writes its constants.
  private static String names(Class<?> type) {
    List<String> names =
        Arrays.stream(type.getFields())
            .filter(java.lang.reflect.Field::isEnumConstant)
            .map(field -> {
              var property =
                  field.getAnnotation(com.fasterxml.jackson.annotation.JsonProperty.class);
              return property == null ? field.getName() : property.value();
            })
            .toList();
    return String.join(", ", names);
  }
}
