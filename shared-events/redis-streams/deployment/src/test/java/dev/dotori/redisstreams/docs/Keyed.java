package dev.dotori.redisstreams.docs;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.eclipse.microprofile.reactive.messaging.Incoming;

@ApplicationScoped
public class Keyed {

  @Inject Shop shop;

  // region consume
  @Incoming("payments")
  @RunOnVirtualThread
  void pay(Order order) {
    shop.ship(order); // never two orders of one customer at the same time, nor out of their order
  }

  // endregion

  // region partition
  public static String streamOf(String key, int partitions) {
    CRC32 crc = new CRC32();
    crc.update(key.getBytes(StandardCharsets.UTF_8));
    return "shop:{payments}:" + crc.getValue() % partitions;
  }

  // endregion
}
