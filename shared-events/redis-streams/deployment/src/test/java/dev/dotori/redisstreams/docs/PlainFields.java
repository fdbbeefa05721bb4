package dev.dotori.redisstreams.docs;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import dev.dotori.redisstreams.PermanentFailureException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.reactive.messaging.MessageConverter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.reflect.Type;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

@ApplicationScoped
public class PlainFields {

  // region fields
  @Incoming("legacy")
  @RunOnVirtualThread
  void on(byte[] noData, IncomingRedisStreamMetadata entry) {
    String id = entry.field("id").orElseThrow();
    int cents = entry.field("cents").map(Integer::parseInt).orElse(0);
    shop.ship(new Order(id, "unknown", cents));
  }

  // endregion

  @Inject Shop shop;

  /** What an order is made of where it has no field of its own. */
  public record LegacyOrder(String id, int cents) {}

  // region converted
  @Incoming("converted")
  @RunOnVirtualThread
  void on(LegacyOrder order) {
    shop.ship(new Order(order.id(), "unknown", order.cents()));
  }

  @ApplicationScoped
  public static class FromFields implements MessageConverter {

    @Override
    public boolean canConvert(Message<?> in, Type target) {
      return target == LegacyOrder.class
          && in.getMetadata(IncomingRedisStreamMetadata.class).isPresent();
    }

    @Override
    public Message<?> convert(Message<?> in, Type target) {
      IncomingRedisStreamMetadata entry =
          in.getMetadata(IncomingRedisStreamMetadata.class).orElseThrow();
      return in.withPayload(
          new LegacyOrder(required(entry, "id"), Integer.parseInt(required(entry, "cents"))));
    }

    private static String required(IncomingRedisStreamMetadata entry, String field) {
      return entry
          .field(field)
          .orElseThrow(() -> new PermanentFailureException("no field " + field));
    }
  }
  // endregion
}
