package dev.dotori.redisstreams.converter;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import dev.dotori.redisstreams.PermanentFailureException;
import io.smallrye.reactive.messaging.MessageConverter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.lang.reflect.Type;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Lets a handler take an entry's data, which is JSON, as an object. Data that can't be decoded is a
 * permanent failure: the entry is nacked, and does not reach the handler.
 */
@ApplicationScoped
public class JsonConverter implements MessageConverter {

  @Override
  public boolean canConvert(Message<?> in, Type target) {
    return target instanceof Class<?> type
        && !type.isPrimitive()
        && !type.isArray()
        && type != String.class
        && type != Object.class
        && in.getPayload() instanceof byte[]
        && in.getMetadata(IncomingRedisStreamMetadata.class).isPresent();
  }

  @Override
  public int getPriority() {
    return CONVERTER_DEFAULT_PRIORITY + 1; // after those of the application
  }

  @Override
  public Message<?> convert(Message<?> in, Type target) {
    Buffer data = Buffer.buffer((byte[]) in.getPayload());
    try {
      if (target == JsonObject.class) {
        return in.withPayload(data.toJsonObject());
      }
      if (target == JsonArray.class) {
        return in.withPayload(data.toJsonArray());
      }
      return in.withPayload(Json.decodeValue(data, (Class<?>) target));
    } catch (DecodeException e) {
      throw new PermanentFailureException("the data is not a " + target.getTypeName(), e);
    }
  }
}
