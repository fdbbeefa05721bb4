package dev.dotori.redisstreams.docs;

import io.smallrye.reactive.messaging.ChannelRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

@ApplicationScoped
public class Pausing {

  // region pause
  @Inject ChannelRegistry channels;

  void closeForToday() {
    channels.getPausable("orders").pause();
  }

  void open() {
    channels.getPausable("orders").resume();
  }
  // endregion
}
