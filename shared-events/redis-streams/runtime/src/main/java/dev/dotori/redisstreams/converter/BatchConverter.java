package dev.dotori.redisstreams.converter;

import dev.dotori.redisstreams.IncomingRedisStreamBatchMetadata;
import io.smallrye.reactive.messaging.MessageConverter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Lets a handler of a channel with {@code batch=true} take {@code List<T>}: texts, JSON objects, or
 * whatever {@link JsonConverter} makes of one entry. An entry whose data can't be decoded is nacked
 * alone, as a permanent failure; the handler gets the others, and the batch's metadata names the
 * same entries as the list.
 */
@ApplicationScoped
public class BatchConverter implements MessageConverter {

  private final PayloadDecoder decoder;

  @Inject
  public BatchConverter(PayloadDecoder decoder) {
    this.decoder = decoder;
  }

  @Override
  public boolean canConvert(Message<?> in, Type target) {
    return target instanceof ParameterizedType generic
        && generic.getRawType() instanceof Class<?> raw
        && raw.isAssignableFrom(List.class)
        && decoder.canDecode(element(generic))
        && in.getMetadata(IncomingRedisStreamBatchMetadata.class).isPresent();
  }

  @Override
  public int getPriority() {
    return CONVERTER_DEFAULT_PRIORITY + 1; // after those of the application
  }

  @Override
  public Message<?> convert(Message<?> in, Type target) {
    Type element = element((ParameterizedType) target);
    List<? extends Message<byte[]>> entries =
        in.getMetadata(IncomingRedisStreamBatchMetadata.class).orElseThrow().entries();
    List<Object> payloads = new ArrayList<>(entries.size());
    List<Message<byte[]>> decoded = new ArrayList<>(entries.size());
    for (Message<byte[]> entry : entries) {
      try {
        payloads.add(decoder.decode(entry.getPayload(), element));
        decoded.add(entry);
      } catch (RuntimeException e) {
        // Settling the batch waits for this as well.
        entry.nack(e);
      }
    }
    if (decoded.isEmpty()) {
      return null; // the handler is not called for nothing
    }
    Message<?> converted = in.withPayload(payloads);
    return decoded.size() == entries.size()
        ? converted
        : converted.addMetadata(new IncomingRedisStreamBatchMetadata(decoded));
  }

  private static Type element(ParameterizedType list) {
    Type element = list.getActualTypeArguments()[0];
    return element instanceof WildcardType any ? any.getUpperBounds()[0] : element;
  }
}
