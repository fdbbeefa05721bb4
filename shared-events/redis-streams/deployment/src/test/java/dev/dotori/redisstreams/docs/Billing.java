package dev.dotori.redisstreams.docs;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Outgoing;

@ApplicationScoped
public class Billing {

  public record Order(String id, int cents) {}

  public record Invoice(String order, String text) {}

  @Incoming("orders")
  @Outgoing("invoices")
  @RunOnVirtualThread
  Invoice bill(Order order) {
    return new Invoice(order.id(), "please pay %d cents".formatted(order.cents()));
  }
}
