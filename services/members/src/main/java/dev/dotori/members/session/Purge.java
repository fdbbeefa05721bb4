package dev.dotori.members.session;

import dev.dotori.leadership.LeaderOnly;
import dev.dotori.leadership.Leadership;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import javax.sql.DataSource;

/** Deletes sessions, refresh tokens, claims and counted sign-ins whose time is over. */
@ApplicationScoped
public class Purge {

  // Short transactions: the replica that purges must not hold up sign-ins.
  private static final int BATCH = 1_000;

  // Tokens before sessions, so that a session's end does not cascade over very many of them.
  private static final List<String> EXPIRED =
      List.of(
          "DELETE FROM refresh_token WHERE expires_at <= ? LIMIT " + BATCH,
          "DELETE FROM session WHERE expires_at <= ? LIMIT " + BATCH,
          "DELETE FROM claim WHERE expires_at <= ? LIMIT " + BATCH,
          "DELETE FROM sign_in_attempt WHERE window_ends <= ? LIMIT " + BATCH);

  private final DataSource database;
  private final Leadership leadership;

  Purge(DataSource database, Leadership leadership) {
    this.database = database;
    this.leadership = leadership;
  }

  @Scheduled(every = "10m", delayed = "5m", identity = "purge")
  @RunOnVirtualThread
  @LeaderOnly
  void run() {
    run(Instant.now());
  }

  /** Deletes what is over at the moment. Replicas may do so at once: a row goes only once. */
  void run(Instant now) {
    try (Connection connection = database.getConnection()) {
      for (String statement : EXPIRED) {
        purge(connection, statement, now);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("what is over could not be deleted", e);
    }
  }

  private void purge(Connection connection, String statement, Instant now) throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement(statement)) {
      delete.setObject(1, LocalDateTime.ofInstant(now, ZoneOffset.UTC));
      while (delete.executeUpdate() == BATCH && leadership.isLeader()) {
        // the next batch, in a transaction of its own
      }
    }
  }
}
