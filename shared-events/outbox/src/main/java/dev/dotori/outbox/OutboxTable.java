package dev.dotori.outbox;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The table {@code outbox}. Every method takes part in the transaction of its caller.
 *
 * <p>Statements with many rows touch them in id order, so that two of them never wait for each
 * other. The SQL is what MySQL and MariaDB share. The index is forced where the planner may prefer
 * the primary key for its order, and would read through every row that was ever sent.
 */
@ApplicationScoped
class OutboxTable {

  /** Keeps a statement well under the server's packet limit with events of a few kB. */
  static final int ROWS_PER_INSERT = 500;

  private static final String INSERT =
      "INSERT INTO outbox (id, type, source, subject, occurred_at, trace_parent, idempotency_key,"
          + " data, created_at) VALUES ";
  private static final String INSERT_ROW = "(?,?,?,?,?,?,?,?,UTC_TIMESTAMP(6))";

  private static final String UNSENT =
      "SELECT id, type, source, subject, occurred_at, trace_parent, idempotency_key, data"
          + " FROM outbox FORCE INDEX (outbox_entry) WHERE entry_ms IS NULL AND id > ?"
          + " AND created_at < UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND"
          + " ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED";

  private static final String SENT_SINCE =
      "SELECT id, entry_ms, entry_seq FROM outbox FORCE INDEX (outbox_entry)"
          + " WHERE entry_ms >= ? AND (entry_ms > ? OR id > ?) AND type LIKE ?"
          + " ORDER BY entry_ms, id LIMIT ?";

  private final DataSource database;

  OutboxTable(DataSource database) {
    this.database = database;
  }

  void insert(List<OutboxRow> rows) {
    try (Connection connection = database.getConnection()) {
      for (int from = 0; from < rows.size(); from += ROWS_PER_INSERT) {
        insert(connection, rows.subList(from, Math.min(from + ROWS_PER_INSERT, rows.size())));
      }
    } catch (SQLException e) {
      throw new DatabaseException("writing " + rows.size() + " outbox rows", e);
    }
  }

  private static void insert(Connection connection, List<OutboxRow> rows) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(INSERT + Sql.repeat(INSERT_ROW, ",", rows.size()))) {
      int parameter = 1;
      for (OutboxRow row : rows) {
        statement.setBytes(parameter++, Sql.bytes(row.id()));
        statement.setString(parameter++, row.type());
        statement.setString(parameter++, row.source());
        statement.setString(parameter++, row.subject());
        statement.setObject(parameter++, LocalDateTime.ofInstant(row.time(), ZoneOffset.UTC));
        statement.setString(parameter++, row.traceParent());
        statement.setString(parameter++, row.idempotencyKey());
        statement.setBytes(parameter++, row.data());
      }
      statement.executeUpdate();
    }
  }

  /**
   * Locks and reads unsent rows in id order. Rows that another replica has locked are left out.
   *
   * @param after only rows with a greater id
   * @param age only rows that are at least this old
   */
  List<OutboxRow> lockUnsent(UUID after, Duration age, int limit) {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(UNSENT)) {
      statement.setBytes(1, Sql.bytes(after));
      statement.setLong(2, age.toNanos() / 1000);
      statement.setInt(3, limit);
      try (ResultSet result = statement.executeQuery()) {
        List<OutboxRow> rows = new ArrayList<>();
        while (result.next()) {
          rows.add(row(result));
        }
        return rows;
      }
    } catch (SQLException e) {
      throw new DatabaseException("reading unsent outbox rows", e);
    }
  }

  private static OutboxRow row(ResultSet result) throws SQLException {
    return new OutboxRow(
        Sql.uuid(result.getBytes(1)),
        result.getString(2),
        result.getString(3),
        result.getString(4),
        result.getObject(5, LocalDateTime.class).toInstant(ZoneOffset.UTC),
        result.getString(6),
        result.getString(7),
        result.getBytes(8));
  }

  /**
   * Notes the entry ids of rows that were sent, unless their stream may have lost them since: a row
   * sent under an older epoch stays unsent, and the sweeper sends it again.
   *
   * <p>The share lock on the streams' rows makes this safe: whoever finds a loss waits for this
   * transaction and then sees its rows, or comes first and changes the epoch.
   *
   * @return how many of the rows were sent under an epoch that is over
   */
  int mark(List<SentRow> rows) {
    try (Connection connection = database.getConnection()) {
      Map<String, Long> epochs = lockEpochs(connection, rows);
      List<SentRow> current =
          rows.stream()
              .filter(row -> epochs.getOrDefault(row.stream(), -1L) == row.epoch())
              .sorted(Comparator.comparing(SentRow::id, Sql.BYTE_ORDER))
              .toList();
      if (!current.isEmpty()) {
        setEntries(connection, current);
      }
      return rows.size() - current.size();
    } catch (SQLException e) {
      throw new DatabaseException("marking " + rows.size() + " outbox rows as sent", e);
    }
  }

  private static Map<String, Long> lockEpochs(Connection connection, List<SentRow> rows)
      throws SQLException {
    List<String> streams = rows.stream().map(SentRow::stream).distinct().sorted().toList();
    Map<String, Long> epochs = new HashMap<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT stream, epoch FROM outbox_stream WHERE stream IN ("
                + Sql.repeat("?", ",", streams.size())
                + ") ORDER BY stream LOCK IN SHARE MODE")) {
      for (int i = 0; i < streams.size(); i++) {
        statement.setString(i + 1, streams.get(i));
      }
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          epochs.put(result.getString(1), result.getLong(2));
        }
      }
    }
    return epochs;
  }

  private static void setEntries(Connection connection, List<SentRow> rows) throws SQLException {
    String sql =
        "UPDATE (SELECT ? AS id, ? AS ms, ? AS seq"
            + " UNION ALL SELECT ?,?,?".repeat(rows.size() - 1)
            + ") sent STRAIGHT_JOIN outbox o ON o.id = sent.id"
            + " SET o.entry_ms = sent.ms, o.entry_seq = sent.seq WHERE o.entry_ms IS NULL";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int parameter = 1;
      for (SentRow row : rows) {
        statement.setBytes(parameter++, Sql.bytes(row.id()));
        statement.setLong(parameter++, row.entry().ms());
        statement.setLong(parameter++, row.entry().seq());
      }
      statement.executeUpdate();
    }
  }

  /**
   * A page of a stream's rows that were sent, in the order of their entry times (ms), then ids:
   * those of a later time than {@code ms}, and those of the same time with a greater id.
   */
  List<Entry> sentSince(String stream, long ms, UUID after, int limit) {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(SENT_SINCE)) {
      statement.setLong(1, ms);
      statement.setLong(2, ms);
      statement.setBytes(3, Sql.bytes(after));
      statement.setString(4, stream + ".v%");
      statement.setInt(5, limit);
      try (ResultSet result = statement.executeQuery()) {
        List<Entry> rows = new ArrayList<>();
        while (result.next()) {
          rows.add(
              new Entry(
                  Sql.uuid(result.getBytes(1)), new EntryId(result.getLong(2), result.getLong(3))));
        }
        return rows;
      }
    } catch (SQLException e) {
      throw new DatabaseException("reading sent outbox rows", e);
    }
  }

  /** A row and the entry that it was sent as. */
  record Entry(UUID id, EntryId entry) {}

  /** Makes rows unsent again, unless they have been sent anew meanwhile. */
  int unmark(Collection<Entry> lost) {
    List<Entry> inIdOrder =
        lost.stream().sorted(Comparator.comparing(Entry::id, Sql.BYTE_ORDER)).toList();
    String sql =
        "UPDATE (SELECT ? AS id, ? AS ms, ? AS seq"
            + " UNION ALL SELECT ?,?,?".repeat(inIdOrder.size() - 1)
            + ") lost STRAIGHT_JOIN outbox o ON o.id = lost.id"
            + " SET o.entry_ms = NULL, o.entry_seq = NULL"
            + " WHERE o.entry_ms = lost.ms AND o.entry_seq = lost.seq";
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      int parameter = 1;
      for (Entry row : inIdOrder) {
        statement.setBytes(parameter++, Sql.bytes(row.id()));
        statement.setLong(parameter++, row.entry().ms());
        statement.setLong(parameter++, row.entry().seq());
      }
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw new DatabaseException("taking back " + lost.size() + " lost outbox rows", e);
    }
  }

  /** Deletes up to {@code limit} sent rows whose retention is over; says how many. */
  int purge(Duration retention, int limit) {
    try (Connection connection = database.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "DELETE FROM outbox WHERE entry_ms < (UNIX_TIMESTAMP() - ?) * 1000"
                    + " ORDER BY entry_ms LIMIT ?")) {
      statement.setLong(1, retention.toSeconds());
      statement.setInt(2, limit);
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw new DatabaseException("purging the outbox", e);
    }
  }

  /** How many rows are unsent, counted up to a limit, and how old the oldest of them is. */
  Backlog backlog(int limit) {
    try (Connection connection = database.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT COUNT(*), TIMESTAMPDIFF(MICROSECOND, MIN(created_at), UTC_TIMESTAMP(6))"
                    + " FROM (SELECT created_at FROM outbox FORCE INDEX (outbox_entry)"
                    + " WHERE entry_ms IS NULL LIMIT ?) u")) {
      statement.setInt(1, limit);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return new Backlog(result.getLong(1), Duration.ofNanos(result.getLong(2) * 1000));
      }
    } catch (SQLException e) {
      throw new DatabaseException("counting unsent outbox rows", e);
    }
  }

  /** Unsent rows, those that the relay has in hand included. */
  record Backlog(long rows, Duration oldest) {}
}
