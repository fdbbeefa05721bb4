package dev.dotori.outbox;

import jakarta.annotation.Nullable;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** The table {@code outbox_stream}. Every method takes part in the transaction of its caller. */
@ApplicationScoped
class StreamTable {

  private final DataSource database;

  StreamTable(DataSource database) {
    this.database = database;
  }

  /**
   * What is known of a stream.
   *
   * @param epoch counts how often it may have lost entries
   * @param runId the run of the Redis server that held it when last looked at; empty at first
   * @param auditFrom entries of this time (ms) and later are yet to be compared, or null
   */
  record KnownStream(String stream, long epoch, String runId, @Nullable Long auditFrom) {}

  void addIfAbsent(String stream) {
    execute("INSERT IGNORE INTO outbox_stream (stream, epoch, run_id) VALUES (?, 0, '')", stream);
  }

  List<KnownStream> all() {
    return read("SELECT stream, epoch, run_id, audit_from_ms FROM outbox_stream ORDER BY stream");
  }

  KnownStream lock(String stream) {
    return read(
            "SELECT stream, epoch, run_id, audit_from_ms FROM outbox_stream WHERE stream = ?"
                + " FOR UPDATE",
            stream)
        .getFirst();
  }

  /** Begins a new epoch: entries of {@code auditFrom} (ms) and later may be lost. */
  void beginEpoch(KnownStream locked, String runId, long auditFrom) {
    long from = locked.auditFrom() == null ? auditFrom : Math.min(locked.auditFrom(), auditFrom);
    execute(
        "UPDATE outbox_stream SET epoch = epoch + 1, run_id = ?, audit_from_ms = ? WHERE stream = ?",
        runId,
        from,
        locked.stream());
  }

  /** Notes that the loss which began this epoch is made good. */
  void endAudit(String stream, long epoch) {
    execute(
        "UPDATE outbox_stream SET audit_from_ms = NULL WHERE stream = ? AND epoch = ?",
        stream,
        epoch);
  }

  private List<KnownStream> read(String sql, Object... parameters) {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = prepare(connection, sql, parameters);
        ResultSet result = statement.executeQuery()) {
      List<KnownStream> streams = new ArrayList<>();
      while (result.next()) {
        streams.add(
            new KnownStream(
                result.getString(1),
                result.getLong(2),
                result.getString(3),
                result.getObject(4, Long.class)));
      }
      return streams;
    } catch (SQLException e) {
      throw new DatabaseException("reading the outbox's streams", e);
    }
  }

  private void execute(String sql, Object... parameters) {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = prepare(connection, sql, parameters)) {
      statement.executeUpdate();
    } catch (SQLException e) {
      throw new DatabaseException("writing the outbox's streams", e);
    }
  }

  private static PreparedStatement prepare(Connection connection, String sql, Object... parameters)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }
}
