package dev.dotori.redisstreams.docs;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import dev.dotori.redisstreams.PermanentFailureException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

@ApplicationScoped
public class OneByOne {

  @Inject Shop shop;

  // region payload
  @Incoming("orders")
  @RunOnVirtualThread
  void ship(Order order) {
    shop.ship(order); // acknowledged when this returns, failed if it throws
  }

  // endregion

  // region metadata
  @Incoming("parcels")
  @Blocking
  void ship(Order order, IncomingRedisStreamMetadata entry) {
    shop.shipOnce(entry.id(), order);
  }

  // endregion

  // region message
  @Incoming("letters")
  CompletionStage<Void> ship(Message<Order> letter) {
    if (!shop.knows(letter.getPayload())) {
      return letter.nack(new PermanentFailureException("nobody ordered this"));
    }
    shop.ship(letter.getPayload());
    return letter.ack();
  }

  // endregion

  // region async
  @Incoming("calls")
  Uni<Void> call(Order order) {
    return Uni.createFrom().voidItem().invoke(() -> shop.ship(order));
  }
  // endregion
}
