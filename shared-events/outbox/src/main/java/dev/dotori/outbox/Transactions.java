package dev.dotori.outbox;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.narayana.jta.QuarkusTransactionException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** New transactions, tried again when another one was in their way. */
final class Transactions {

  private static final int ATTEMPTS = 5;

  /** MySQL's and MariaDB's error codes after which the same transaction may well succeed. */
  private static final int LOCK_WAIT_TIMEOUT = 1205;

  private static final int DEADLOCK = 1213;

  private Transactions() {}

  /** Runs an action of the outbox's own in a new transaction. */
  static <T> T inNew(Supplier<T> action) {
    try {
      return inNew(action::get, () -> {});
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a supplier threw a checked exception", e);
    }
  }

  /**
   * Runs an action in a new transaction.
   *
   * @param onConflict called when a deadlock or a lock time-out ended it and it is tried again
   * @throws Exception what the action threw, or why the commit failed
   */
  static <T> T inNew(Callable<T> action, Runnable onConflict) throws Exception {
    for (int attempt = 1; ; attempt++) {
      try {
        return QuarkusTransaction.requiringNew().call(action);
      } catch (Exception e) {
        if (attempt == ATTEMPTS || !isLockConflict(e)) {
          throw unwrapped(e);
        }
        onConflict.run();
        Thread.sleep(ThreadLocalRandom.current().nextLong(5, 25) * attempt);
      }
    }
  }

  private static boolean isLockConflict(Throwable failure) {
    return hasCause(
        failure, sql -> sql.getErrorCode() == DEADLOCK || sql.getErrorCode() == LOCK_WAIT_TIMEOUT);
  }

  /** Whether the connection broke, or none was to be had, rather than the statement. */
  static boolean isConnectionFailure(Throwable failure) {
    return hasCause(
        failure,
        sql ->
            sql instanceof SQLTransientConnectionException
                || sql instanceof SQLNonTransientConnectionException
                || (sql.getSQLState() != null && sql.getSQLState().startsWith("08"))
                || isPoolExhausted(sql));
  }

  // The pool has no type and no state for it, just these words.
  private static boolean isPoolExhausted(SQLException sql) {
    return sql.getSQLState() == null
        && sql.getMessage() != null
        && sql.getMessage().toLowerCase(Locale.ROOT).contains("acquisition timeout");
  }

  private static boolean hasCause(Throwable failure, Predicate<SQLException> predicate) {
    // The depth is bounded because a chain of causes may be circular.
    for (int depth = 0; failure != null && depth < 50; depth++, failure = failure.getCause()) {
      if (failure instanceof SQLException sql && predicate.test(sql)) {
        return true;
      }
    }
    return false;
  }

  /** QuarkusTransaction wraps checked exceptions; failure strategies want to see the real one. */
  private static Exception unwrapped(Exception e) {
    return e instanceof QuarkusTransactionException && e.getCause() instanceof Exception cause
        ? cause
        : e;
  }
}
