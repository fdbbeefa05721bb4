package dev.dotori.outbox;

import io.quarkus.runtime.PreventFurtherStepsException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.jboss.logging.Logger;

/**
 * Keeps a process that doesn't migrate its schema from using it before it has every migration that
 * this code was written for.
 *
 * <p>Migrations that this code doesn't know are none of its business: they are of a newer release,
 * and each works with the release before it. A service's user needs no more than to read Flyway's
 * table.
 */
@ApplicationScoped
class SchemaGate {

  /** Before schedulers and channels start, and before all that a service does at its start. */
  static final int FIRST = Interceptor.Priority.PLATFORM_BEFORE - 100;

  private static final Logger LOG = Logger.getLogger(SchemaGate.class);

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final boolean migratesItself;
  private final Duration patience;
  private final Flyway flyway;

  SchemaGate(
      @ConfigProperty(name = "quarkus.flyway.migrate-at-start", defaultValue = "false")
          boolean migratesItself,
      SchemaConfig config,
      Flyway flyway) {
    this.migratesItself = migratesItself;
    this.patience = config.patience();
    this.flyway = flyway;
  }

  void onStart(@Observes @Priority(FIRST) StartupEvent start) {
    if (migratesItself) {
      return;
    }
    // A process that is told to end first ends its start, and would wait for it here.
    Thread waiting = Thread.currentThread();
    Thread interruption = new Thread(waiting::interrupt, "schema-gate-end");
    Runtime.getRuntime().addShutdownHook(interruption);
    try {
      pass();
    } catch (PreventFurtherStepsException e) {
      LOG.error(e.getMessage());
      Quarkus.asyncExit(e.getExitCode());
      throw e;
    } catch (InterruptedException e) {
      throw new PreventFurtherStepsException("Ended while it waited for its schema", 1);
    } finally {
      forget(interruption);
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It is running: this process ends.
    }
  }

  /**
   * Returns when the schema lacks nothing.
   *
   * @throws PreventFurtherStepsException when it still lacks something at the end of patience; its
   *     message says what
   */
  void pass() throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    Optional<String> before = Optional.empty();
    for (Optional<String> lack = lack(); lack.isPresent(); lack = lack()) {
      if (System.nanoTime() >= end) {
        throw new PreventFurtherStepsException(
            "Not started, after %d s: %s. Migrations are a process's with QUARKUS_FLYWAY_MIGRATE_AT_START=true"
                .formatted(patience.toSeconds(), lack.get()),
            1);
      }
      if (!lack.equals(before)) {
        LOG.infof("waiting for at most %d s: %s", patience.toSeconds(), lack.get());
        before = lack;
      }
      Thread.sleep(BETWEEN_LOOKS);
    }
    before.ifPresent(_ -> LOG.info("the schema has all its migrations"));
  }

  /** What keeps this code from using the schema, for people to read; nothing when all is there. */
  private Optional<String> lack() {
    try {
      String missing =
          Arrays.stream(flyway.info().all())
              .filter(SchemaGate::isMissing)
              .map(SchemaGate::named)
              .collect(Collectors.joining(", "));
      return missing.isEmpty()
          ? Optional.empty()
          : Optional.of("the schema lacks migrations " + missing);
    } catch (FlywayException e) {
      return Optional.of("the schema can't be asked for its migrations: " + root(e).getMessage());
    }
  }

  /** Of this code, and not in the schema as a whole. */
  private static boolean isMissing(MigrationInfo migration) {
    MigrationState state = migration.getState();
    return state.isResolved() && (!state.isApplied() || state.isFailed());
  }

  private static String named(MigrationInfo migration) {
    return "%s (%s%s)"
        .formatted(
            migration.getVersion(),
            migration.getDescription(),
            migration.getState().isFailed() ? ", which failed" : "");
  }

  private static Throwable root(Throwable e) {
    return e.getCause() == null ? e : root(e.getCause());
  }
}
