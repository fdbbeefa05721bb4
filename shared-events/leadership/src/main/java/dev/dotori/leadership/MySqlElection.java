package dev.dotori.leadership;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Elects whoever holds a lock of the MySQL server ({@code GET_LOCK}).
 *
 * <p>The lock belongs to a connection, and the server takes it away with it: when the holder is
 * killed at once, when it stands still or can't be reached after {@link Timing#silence}. Whether it
 * is held is never remembered but asked before each step, on that connection. So a process that was
 * stopped or cut off learns that it leads no more before it does anything.
 *
 * <p>What the lock can't tell is whether a step is still under way when the server has ended the
 * holder's connection. So who takes the lock from another waits for as long as a step may take,
 * unless the other has left in peace. It says so by a second lock that it takes before it gives
 * back the first.
 *
 * <p>Locks aren't replicated. After a failover each has to be won again at the new primary; a
 * server that has become a replica (read-only) elects nobody.
 */
final class MySqlElection implements Election {

  private static final Logger LOG = Logger.getLogger(MySqlElection.class);

  /** Opens a connection that nobody else uses. */
  interface ConnectionSource {
    Connection open() throws SQLException;
  }

  /**
   * How long things take.
   *
   * @param silence after which the server ends the connection of a holder of whom it hears nothing
   * @param answer how long an answer of the server may take before its connection is given up
   * @param ping how often a holder makes itself heard
   * @param step what one step may take
   */
  record Timing(Duration silence, Duration answer, Duration ping, Duration step) {

    static final Timing DEFAULT =
        new Timing(
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            Leadership.LONGEST_STEP);
  }

  private static final int WAIT_SECONDS = 1;
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** How long who leaves in peace can be asked about it. */
  private static final Duration FAREWELL = Duration.ofMillis(300);

  private final ConnectionSource connections;
  private final String name;
  private final Timing timing;
  private Consumer<Change> changes;
  private Thread thread;
  private volatile NamedLock held;
  private final Departure departure = new Departure();
  private volatile boolean idle;
  private boolean othersSeen;
  private String complaint;

  /**
   * @param name of the lock within the schema
   */
  MySqlElection(ConnectionSource connections, String name, Timing timing) {
    this.connections = connections;
    this.name = name;
    this.timing = timing;
  }

  @Override
  public void enter(Consumer<Change> changes) {
    this.changes = changes;
    thread = Thread.ofPlatform().daemon().name("leadership").start(this::compete);
  }

  @Override
  public boolean isWon() {
    NamedLock lock = held;
    return lock != null && lock.isHeld();
  }

  @Override
  public void leave(boolean idle) {
    this.idle = idle;
    departure.leave();
    try {
      thread.join(timing.answer().plus(FAREWELL));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void compete() {
    while (!departure.isLeft()) {
      try (NamedLock lock = new NamedLock(connections.open(), name, timing)) {
        complaint = null;
        competeFor(lock);
      } catch (SQLException | RuntimeException e) {
        complain(e);
        departure.pause(RETRY.plusMillis(ThreadLocalRandom.current().nextLong(RETRY.toMillis())));
      }
    }
  }

  private void competeFor(NamedLock lock) throws SQLException {
    boolean taken = lock.take(0);
    while (!taken && !departure.isLeft()) {
      othersSeen = true;
      taken = lock.take(WAIT_SECONDS);
    }
    if (taken && (!othersSeen || lock.wasLeftInPeace() || outwaitLastStep(lock))) {
      lead(lock);
    }
  }

  /** Lets the step that may be under way elsewhere end; the lock has to be kept meanwhile. */
  private boolean outwaitLastStep(NamedLock lock) {
    long end = System.nanoTime() + timing.step().toNanos();
    while (!departure.isLeft() && System.nanoTime() < end) {
      departure.pause(timing.ping());
      if (!lock.isHeld()) {
        return false;
      }
    }
    return !departure.isLeft();
  }

  private void lead(NamedLock lock) throws SQLException {
    othersSeen = false;
    held = lock;
    changes.accept(new Change(true, "holds the lock " + lock.name() + " in MySQL"));
    while (!departure.isLeft() && lock.isHeld()) {
      departure.pause(timing.ping());
    }
    held = null;
    changes.accept(
        new Change(
            false,
            departure.isLeft() ? "shuts down" : "lost the lock " + lock.name() + " in MySQL"));
    if (departure.isLeft() && idle) {
      lock.leaveInPeace(FAREWELL);
    }
  }

  /** One line for each new reason, not one for each try. */
  private void complain(Exception e) {
    // The driver's further lines tell times, new ones with each try.
    String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    if (!departure.isLeft() && !reason.equals(complaint)) {
      complaint = reason;
      LOG.warnf("can't compete for the lock %s in MySQL; trying on: %s", name, reason);
    }
  }
}
