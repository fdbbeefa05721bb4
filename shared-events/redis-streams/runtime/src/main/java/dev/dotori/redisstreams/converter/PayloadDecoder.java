package dev.dotori.redisstreams.converter;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dotori.redisstreams.PermanentFailureException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;

/** Makes of an entry's data what a handler takes: bytes, UTF-8 text, or an object that is JSON. */
@ApplicationScoped
public class PayloadDecoder {

  private final ObjectMapper mapper;

  @Inject
  public PayloadDecoder(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  /** Whether data can be meant to be of that type. */
  boolean canDecode(Type target) {
    return switch (target) {
      case Class<?> type ->
          type == byte[].class || !type.isPrimitive() && !type.isArray() && type != Object.class;
      case ParameterizedType generic -> true;
      default -> false;
    };
  }

  /**
   * Decodes it.
   *
   * @throws PermanentFailureException if the data is not of that type: trying again can't help
   */
  Object decode(byte[] data, Type target) {
    if (target == byte[].class) {
      return data;
    }
    if (target == String.class) {
      return new String(data, StandardCharsets.UTF_8);
    }
    Object decoded;
    try {
      decoded = json(data, target);
    } catch (DecodeException | IOException e) {
      throw new PermanentFailureException("the data is not a " + target.getTypeName(), e);
    }
    if (decoded == null) {
      throw new PermanentFailureException("the data is null, not a " + target.getTypeName());
    }
    return decoded;
  }

  private Object json(byte[] data, Type target) throws IOException {
    if (target == JsonObject.class) {
      return Buffer.buffer(data).toJsonObject();
    }
    if (target == JsonArray.class) {
      return Buffer.buffer(data).toJsonArray();
    }
    if (target instanceof Class<?> type) {
      return Json.decodeValue(Buffer.buffer(data), type);
    }
    return mapper.readValue(data, mapper.constructType(target));
  }
}
