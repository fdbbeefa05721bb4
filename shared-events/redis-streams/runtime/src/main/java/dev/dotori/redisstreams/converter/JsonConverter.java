package dev.dotori.redisstreams.converter;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import dev.dotori.redisstreams.internals.StreamEntry;
import io.smallrye.reactive.messaging.MessageConverter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.reflect.Type;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Lets a handler take an entry's data, which is JSON, as an object, generic types such as {@code
 * List<Order>} and {@code Map<String, Order>} included. Data that can't be decoded is a permanent
 * failure: the entry is nacked, and does not reach the handler.
 */
@ApplicationScoped
public class JsonConverter implements MessageConverter {

  private final PayloadDecoder decoder;
  private final PayloadTypes types;

  @Inject
  public JsonConverter(PayloadDecoder decoder, PayloadTypes types) {
    this.decoder = decoder;
    this.types = types;
  }

  @Override
  public boolean canConvert(Message<?> in, Type target) {
    return target != String.class
        && decoder.canDecode(target)
        && in.getPayload() instanceof byte[]
        && in.getMetadata(IncomingRedisStreamMetadata.class).isPresent();
  }

  @Override
  public int getPriority() {
    return CONVERTER_DEFAULT_PRIORITY + 1; // after those of the application
  }

  @Override
  public Message<?> convert(Message<?> in, Type target) {
    Type whole =
        in.getMetadata(StreamEntry.class)
            .map(entry -> types.of(entry.channelName(), target))
            .orElse(target);
    return in.withPayload(decoder.decode((byte[]) in.getPayload(), whole));
  }
}
