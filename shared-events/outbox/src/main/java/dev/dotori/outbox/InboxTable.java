package dev.dotori.outbox;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;

/** The table {@code inbox}. Every method takes part in the transaction of its caller. */
@ApplicationScoped
class InboxTable {

  private static final String INSERT =
      "INSERT IGNORE INTO inbox (consumer, event_id, claim, received_at) VALUES ";
  private static final String INSERT_ROW = "(?,?,?,UTC_TIMESTAMP(6))";

  private final DataSource database;

  InboxTable(DataSource database) {
    this.database = database;
  }

  /**
   * Writes a row per event and says which of them are new to the consumer. An event that another
   * transaction is writing at this moment is waited for.
   *
   * <p>{@code INSERT IGNORE} tells only how many rows were new. When that is not all of them, the
   * claim, a number of this transaction's own, tells which.
   *
   * @param consumer at most 64 characters: checked here, since IGNORE would cut it off silently
   */
  Set<UUID> claim(String consumer, Collection<UUID> events) {
    if (consumer.length() > 64) {
      throw new IllegalArgumentException("a consumer group's name has at most 64 characters");
    }
    List<UUID> inIdOrder = events.stream().sorted(Sql.BYTE_ORDER).toList();
    long claim = ThreadLocalRandom.current().nextLong();
    try (Connection connection = database.getConnection()) {
      int written = insert(connection, consumer, inIdOrder, claim);
      return written == inIdOrder.size()
          ? new HashSet<>(inIdOrder)
          : claimed(connection, consumer, inIdOrder, claim);
    } catch (SQLException e) {
      throw new DatabaseException("writing " + events.size() + " inbox rows", e);
    }
  }

  private static int insert(Connection connection, String consumer, List<UUID> events, long claim)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(INSERT + Sql.repeat(INSERT_ROW, ",", events.size()))) {
      int parameter = 1;
      for (UUID event : events) {
        statement.setString(parameter++, consumer);
        statement.setBytes(parameter++, Sql.bytes(event));
        statement.setLong(parameter++, claim);
      }
      return statement.executeUpdate();
    }
  }

  private static Set<UUID> claimed(
      Connection connection, String consumer, List<UUID> events, long claim) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT event_id FROM inbox WHERE consumer = ? AND claim = ? AND event_id IN ("
                + Sql.repeat("?", ",", events.size())
                + ")")) {
      statement.setString(1, consumer);
      statement.setLong(2, claim);
      int parameter = 3;
      for (UUID event : events) {
        statement.setBytes(parameter++, Sql.bytes(event));
      }
      Set<UUID> claimed = new HashSet<>();
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          claimed.add(Sql.uuid(result.getBytes(1)));
        }
      }
      return claimed;
    }
  }

  /** Deletes up to {@code limit} rows whose retention is over; says how many. */
  int purge(Duration retention, int limit) {
    try (Connection connection = database.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "DELETE FROM inbox WHERE received_at < UTC_TIMESTAMP(6) - INTERVAL ? SECOND"
                    + " ORDER BY received_at LIMIT ?")) {
      statement.setLong(1, retention.toSeconds());
      statement.setInt(2, limit);
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw new DatabaseException("purging the inbox", e);
    }
  }
}
