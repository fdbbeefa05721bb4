package dev.dotori.outbox;

import dev.dotori.leadership.LeadershipChanged;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/** What operators see of the outbox and the inbox. */
@ApplicationScoped
class OutboxMeters {

  private static final OutboxTable.Backlog NONE = new OutboxTable.Backlog(0, Duration.ZERO);

  private final Counter relayed;
  private final Counter swept;
  private final Counter leftToSweeper;
  private final Counter lost;
  private final Counter duplicates;
  private final Counter conflicts;
  private volatile OutboxTable.Backlog backlog = NONE;

  OutboxMeters(MeterRegistry registry) {
    relayed = counter(registry, "relayed", "Events sent right after their commit");
    swept = counter(registry, "swept", "Events that the sweeper sent");
    leftToSweeper = counter(registry, "left.to.sweeper", "Events that the relay could not send");
    lost = counter(registry, "lost", "Entries that Redis lost and that are sent again");
    duplicates =
        Counter.builder("dotori.inbox.duplicates")
            .description("Deliveries of events whose effect was there already")
            .register(registry);
    conflicts =
        Counter.builder("dotori.inbox.conflicts")
            .description("Batches tried again after a deadlock or a lock time-out")
            .register(registry);
    Gauge.builder("dotori.outbox.unsent", () -> backlog.rows())
        .description("Committed events that are not known to be sent, counted up to 100,000")
        .register(registry);
    Gauge.builder("dotori.outbox.oldest.unsent.age", () -> backlog.oldest().toMillis() / 1000.0)
        .description("Age of the oldest event that is not known to be sent")
        .baseUnit("seconds")
        .register(registry);
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder("dotori.outbox." + name).description(description).register(registry);
  }

  void relayed() {
    relayed.increment();
  }

  void swept(int events) {
    swept.increment(events);
  }

  void leftToSweeper() {
    leftToSweeper.increment();
  }

  void lost(int entries) {
    lost.increment(entries);
  }

  void duplicates(int deliveries) {
    duplicates.increment(deliveries);
  }

  void conflict() {
    conflicts.increment();
  }

  void backlog(OutboxTable.Backlog backlog) {
    this.backlog = backlog;
  }

  // Only the leader looks: what another saw last must not be shown for ever.
  void changed(@Observes LeadershipChanged change) {
    if (!change.leads()) {
      backlog = NONE;
    }
  }
}
