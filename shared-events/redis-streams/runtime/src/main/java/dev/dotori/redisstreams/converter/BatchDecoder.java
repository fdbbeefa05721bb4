package dev.dotori.redisstreams.converter;

import com.fasterxml.jackson.databind.JavaType;
import dev.dotori.redisstreams.IncomingRedisStreamBatchMetadata;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Lets a handler of a channel with {@code batch=true} take {@code List<T>}: texts, JSON objects, or
 * whatever {@link JsonConverter} makes of one entry. An entry whose data can't be decoded is nacked
 * alone, as a permanent failure; the handler gets the others, and the batch's metadata names the
 * same entries as the list.
 *
 * <p>This is no {@code MessageConverter}: those are asked only for what the payload is not yet, and
 * every batch is a {@code List}.
 */
@ApplicationScoped
public class BatchDecoder {

  private final PayloadDecoder decoder;
  private final PayloadTypes types;

  @Inject
  public BatchDecoder(PayloadDecoder decoder, PayloadTypes types) {
    this.decoder = decoder;
    this.types = types;
  }

  /** The batches of a channel, as they are taken from it. */
  public Flow.Publisher<? extends Message<?>> decoded(
      String channel, Flow.Publisher<Message<?>> batches) {
    Optional<Type> element =
        types
            .of(channel)
            .filter(type -> type.getRawClass().isAssignableFrom(List.class))
            .map(type -> plain(type.containedType(0)));
    if (element.isEmpty()) {
      return batches;
    }
    return Multi.createFrom()
        .publisher(batches)
        .onItem()
        .transformToUniAndConcatenate(
            batch -> Uni.createFrom().item(() -> decoded(batch, element.get())));
  }

  /** Null if nothing is left of the batch: then the handler is not called. */
  private Message<?> decoded(Message<?> batch, Type element) {
    List<? extends Message<byte[]>> entries =
        batch.getMetadata(IncomingRedisStreamBatchMetadata.class).orElseThrow().entries();
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
      return null;
    }
    Message<?> converted = batch.withPayload(payloads);
    return decoded.size() == entries.size()
        ? converted
        : converted.addMetadata(new IncomingRedisStreamBatchMetadata(decoded));
  }

  private static Type plain(JavaType type) {
    return type.getBindings().isEmpty() ? type.getRawClass() : type;
  }
}
