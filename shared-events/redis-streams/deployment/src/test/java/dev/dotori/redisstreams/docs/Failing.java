package dev.dotori.redisstreams.docs;

import dev.dotori.redisstreams.PermanentFailureException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.reactive.messaging.Incoming;

@ApplicationScoped
public class Failing {

  @Inject Shop shop;

  // region permanent
  @Incoming("returns")
  @RunOnVirtualThread
  void takeBack(Order order) {
    if (!shop.knows(order)) {
      throw new PermanentFailureException("nobody ordered " + order.id());
    }
    shop.shipped().remove(order); // what this throws is tried again
  }

  // endregion

  @Incoming("mails")
  @RunOnVirtualThread
  void mail(Order order) {
    shop.ship(order);
  }
}
