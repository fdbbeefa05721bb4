package dev.dotori.redisstreams.converter;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import io.smallrye.reactive.messaging.MessageConverter;
import jakarta.enterprise.context.ApplicationScoped;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Lets a handler take an entry's data as UTF-8 text. */
@ApplicationScoped
public class TextConverter implements MessageConverter {

  @Override
  public boolean canConvert(Message<?> in, Type target) {
    return target == String.class
        && in.getPayload() instanceof byte[]
        && in.getMetadata(IncomingRedisStreamMetadata.class).isPresent();
  }

  @Override
  public Message<?> convert(Message<?> in, Type target) {
    return in.withPayload(new String((byte[]) in.getPayload(), StandardCharsets.UTF_8));
  }
}
