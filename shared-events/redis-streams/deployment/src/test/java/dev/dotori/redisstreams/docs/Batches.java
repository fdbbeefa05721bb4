package dev.dotori.redisstreams.docs;

import dev.dotori.redisstreams.IncomingRedisStreamBatchMetadata;
import dev.dotori.redisstreams.PermanentFailureException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

@ApplicationScoped
public class Batches {

  @Inject Shop shop;

  // region list
  @Incoming("bulk")
  @RunOnVirtualThread
  void ship(List<Order> orders) {
    shop.shipAll(orders);
  }

  // endregion

  // region each
  @Incoming("mixed")
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  @RunOnVirtualThread
  CompletionStage<Void> ship(Message<List<Order>> batch) {
    var entries = batch.getMetadata(IncomingRedisStreamBatchMetadata.class).orElseThrow().entries();
    for (int i = 0; i < entries.size(); i++) { // as many as the payload has, in the same order
      Order order = batch.getPayload().get(i);
      if (shop.knows(order)) {
        shop.ship(order);
      } else {
        entries.get(i).nack(new PermanentFailureException("nobody ordered this"));
      }
    }
    return batch.ack(); // all that were not settled alone
  }
  // endregion
}
