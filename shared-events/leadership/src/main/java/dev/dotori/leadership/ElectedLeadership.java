package dev.dotori.leadership;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** The leadership of this process, from its start to its shutdown. */
@ApplicationScoped
class ElectedLeadership implements Leadership {

  private static final Logger LOG = Logger.getLogger(ElectedLeadership.class);

  private static final int STEP_ENDS_CHECKED_EVERY_MS = 10;

  private final LeadershipConfig config;
  private final Elections elections;
  private final Event<LeadershipChanged> changes;
  private final AtomicInteger running = new AtomicInteger();
  private volatile Election election = new Nobody();
  private volatile boolean leads;

  ElectedLeadership(
      LeadershipConfig config,
      Elections elections,
      Event<LeadershipChanged> changes,
      MeterRegistry registry) {
    this.config = config;
    this.elections = elections;
    this.changes = changes;
    Gauge.builder("dotori.leadership.leader", () -> leads ? 1 : 0)
        .description("1 on the replica that does what one does at a time, else 0")
        .register(registry);
  }

  // Not being able to lead is no reason not to serve: nothing here fails or delays the start.
  void start(@Observes StartupEvent event) {
    if (config.candidate()) {
      election = elections.configured();
      election.enter(this::change);
    }
  }

  private synchronized void change(Election.Change change) {
    leads = change.leads();
    LOG.infof(
        "%s %s: %s", change.leads() ? "leads" : "no longer leads", config.lease(), change.reason());
    try {
      changes.fire(new LeadershipChanged(change.leads()));
    } catch (RuntimeException e) {
      LOG.error("a change of the leadership was not told to all", e);
    }
  }

  @Override
  public boolean isLeader() {
    return election.isWon();
  }

  /** Runs work if this process leads; the shutdown waits for its end. */
  void runIfLeader(Work work) throws Exception {
    running.incrementAndGet();
    try {
      if (isLeader()) {
        work.run();
      }
    } finally {
      running.decrementAndGet();
    }
  }

  /** What is run under the leadership. */
  interface Work {
    void run() throws Exception;
  }

  // Before the channels are drained, which a step may need to end.
  void stop(@Observes @Priority(Integer.MIN_VALUE + 50) ShutdownEvent event)
      throws InterruptedException {
    Election left = election;
    election = new Nobody();
    long end = System.nanoTime() + LONGEST_STEP.toNanos();
    while (running.get() > 0 && System.nanoTime() < end) {
      Thread.sleep(STEP_ENDS_CHECKED_EVERY_MS);
    }
    left.leave(running.get() == 0);
  }

  /** Before the start, after the end, and where this process is no candidate. */
  private static final class Nobody implements Election {

    @Override
    public void enter(Consumer<Election.Change> changes) {
      // nothing to win
    }

    @Override
    public boolean isWon() {
      return false;
    }

    @Override
    public void leave(boolean idle) {
      // nothing to give up
    }
  }
}
