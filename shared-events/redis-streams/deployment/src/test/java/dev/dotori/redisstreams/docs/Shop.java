package dev.dotori.redisstreams.docs;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the examples' handlers work with. */
@ApplicationScoped
public class Shop {

  private final Set<String> entries = ConcurrentHashMap.newKeySet();
  private final List<Order> shipped = new CopyOnWriteArrayList<>();

  public List<Order> shipped() {
    return shipped;
  }

  boolean knows(Order order) {
    return order.cents() >= 0;
  }

  void ship(Order order) {
    shipped.add(order);
  }

  void shipOnce(String entry, Order order) {
    if (entries.add(entry)) {
      ship(order);
    }
  }

  void shipAll(List<Order> orders) {
    shipped.addAll(orders);
  }
}
