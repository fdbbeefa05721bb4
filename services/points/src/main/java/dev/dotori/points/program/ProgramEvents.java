package dev.dotori.points.program;

import dev.dotori.events.Event;
import dev.dotori.events.ProgramChanged;
import dev.dotori.events.StoreRegistered;
import dev.dotori.outbox.EventConsumer;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Learns of stores and their programs; in any order, and as often as an event comes. */
@ApplicationScoped
public class ProgramEvents {

  private static final int FIRST_VERSION = 1;

  private final EventConsumer consumer;
  private final Programs programs;

  ProgramEvents(EventConsumer consumer, Programs programs) {
    this.consumer = consumer;
    this.programs = programs;
  }

  @Incoming("store-registered")
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  @RunOnVirtualThread
  public CompletionStage<Void> registered(Message<List<byte[]>> batch) {
    return consumer.consumeIdempotent(batch, StoreRegistered.class, this::add);
  }

  @Incoming("program-changed")
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  @RunOnVirtualThread
  public CompletionStage<Void> changed(Message<List<byte[]>> batch) {
    return consumer.consumeIdempotent(batch, ProgramChanged.class, this::addVersions);
  }

  private void add(List<Event<StoreRegistered>> events) {
    for (Event<StoreRegistered> event : events) {
      StoreRegistered store = event.data();
      programs.addStore(store.storeId(), store.currency());
      programs.addVersion(store.storeId(), FIRST_VERSION, store.program(), store.registeredAt());
    }
  }

  private void addVersions(List<Event<ProgramChanged>> events) {
    for (Event<ProgramChanged> event : events) {
      ProgramChanged change = event.data();
      programs.addVersion(
          change.storeId(), change.version(), change.program(), change.effectiveAt());
    }
  }
}
