package dev.dotori.api.idempotency;

import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.leadership.LeaderOnly;
import dev.dotori.leadership.Leadership;
import io.quarkus.arc.properties.IfBuildProperty;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

/** Keeps answers in the service's own schema (db/idempotency), in the transaction of the effect. */
@ApplicationScoped
@IfBuildProperty(name = "quarkus.datasource.db-kind", stringValue = "mysql")
class JdbcIdempotencyStore implements IdempotencyStore {

  private static final int MYSQL_NOWAIT = 3572;
  private static final int MARIADB_LOCK_WAIT = 1205;
  private static final int PURGED_AT_ONCE = 1_000;

  private final DataSource database;
  private final Leadership leadership;

  @Inject
  JdbcIdempotencyStore(DataSource database, Leadership leadership) {
    this.database = database;
    this.leadership = leadership;
  }

  @Override
  public Optional<StoredAnswer> claim(String caller, String key, byte[] requestHash) {
    try (Connection connection = database.getConnection()) {
      Optional<StoredAnswer> answer = read(connection, caller, key);
      if (answer.isPresent() || insert(connection, caller, key, requestHash)) {
        return answer;
      }
      // Another request took the key between the two statements, and has committed.
      return read(connection, caller, key);
    } catch (SQLException e) {
      throw new IllegalStateException("can't claim an idempotency key", e);
    }
  }

  @Override
  public void store(String caller, String key, StoredAnswer answer) {
    String sql =
        "UPDATE idempotency_key SET status = ?, location = ?, body = ?"
            + " WHERE caller = ? AND idempotency_key = ?";
    try (Connection connection = database.getConnection();
        PreparedStatement update = connection.prepareStatement(sql)) {
      update.setInt(1, answer.status());
      update.setString(2, answer.location());
      update.setString(3, answer.body());
      update.setString(4, caller);
      update.setString(5, key);
      if (update.executeUpdate() != 1) {
        throw new IllegalStateException("the idempotency key was not claimed");
      }
    } catch (SQLException e) {
      throw new IllegalStateException("can't store an answer", e);
    }
  }

  /** Forgets what is older than a day, in steps that hold no lock for long. */
  @Scheduled(
      every = "10m",
      delayed = "1m",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @LeaderOnly
  void purge() throws SQLException {
    String sql =
        "DELETE FROM idempotency_key WHERE created_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY LIMIT "
            + PURGED_AT_ONCE;
    try (Connection connection = database.getConnection();
        PreparedStatement delete = connection.prepareStatement(sql)) {
      while (delete.executeUpdate() == PURGED_AT_ONCE && leadership.isLeader()) {
        // more of the same
      }
    }
  }

  // NOWAIT: a row that another transaction has just claimed is one that is still being worked on.
  private static Optional<StoredAnswer> read(Connection connection, String caller, String key)
      throws SQLException {
    String sql =
        "SELECT request_hash, status, location, body FROM idempotency_key"
            + " WHERE caller = ? AND idempotency_key = ? FOR UPDATE NOWAIT";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, caller);
      select.setString(2, key);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        return Optional.of(
            new StoredAnswer(row.getBytes(1), row.getInt(2), row.getString(3), row.getString(4)));
      }
    } catch (SQLException e) {
      if (e.getErrorCode() == MYSQL_NOWAIT || e.getErrorCode() == MARIADB_LOCK_WAIT) {
        throw new ProblemException(
            ProblemTypes.REQUEST_IN_PROGRESS,
            "A request with this Idempotency-Key is still running; ask again for its answer.",
            Duration.ofSeconds(1));
      }
      throw e;
    }
  }

  private static boolean insert(
      Connection connection, String caller, String key, byte[] requestHash) throws SQLException {
    String sql =
        "INSERT INTO idempotency_key (caller, idempotency_key, request_hash, created_at)"
            + " VALUES (?, ?, ?, UTC_TIMESTAMP(6))";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setString(1, caller);
      insert.setString(2, key);
      insert.setBytes(3, requestHash);
      insert.executeUpdate();
      return true;
    } catch (SQLIntegrityConstraintViolationException taken) {
      return false;
    }
  }
}
