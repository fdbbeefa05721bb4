package dev.dotori.members;

import dev.dotori.api.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** A look behind the interface: what the service has stored. */
@ApplicationScoped
public class Database {

  private final DataSource database;
  private final Flyway flyway;

  Database(DataSource database, Flyway flyway) {
    this.database = database;
    this.flyway = flyway;
  }

  /** The number that a query gives. */
  public long count(String sql, Object... parameters) {
    return Long.parseLong(text(sql, parameters));
  }

  /** The one value that a query gives, as text. */
  public String text(String sql, Object... parameters) {
    try (Connection connection = database.getConnection();
        PreparedStatement query = prepared(connection, sql, parameters);
        ResultSet rows = query.executeQuery()) {
      return rows.next() ? rows.getString(1) : null;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Changes rows. */
  public int update(String sql, Object... parameters) {
    try (Connection connection = database.getConnection();
        PreparedStatement update = prepared(connection, sql, parameters)) {
      return update.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Does something while a table is not there. */
  public void withoutTable(String table, Runnable action) {
    rename(table, table + "_away");
    try {
      action.run();
    } finally {
      rename(table + "_away", table);
    }
  }

  /** As the user that migrates: the service's own can't. */
  private void rename(String table, String name) {
    try (Connection connection = flyway.getConfiguration().getDataSource().getConnection();
        PreparedStatement rename =
            connection.prepareStatement("RENAME TABLE " + table + " TO " + name)) {
      rename.execute();
    } catch (SQLException e) {
      throw new IllegalStateException(table, e);
    }
  }

  /** The events in the outbox about a member or store, oldest first. */
  public List<StoredEvent> eventsOf(UUID subject) {
    String sql = "SELECT type, data FROM outbox WHERE subject = ? ORDER BY id";
    try (Connection connection = database.getConnection();
        PreparedStatement query = prepared(connection, sql, subject.toString());
        ResultSet rows = query.executeQuery()) {
      List<StoredEvent> events = new ArrayList<>();
      while (rows.next()) {
        events.add(
            new StoredEvent(
                rows.getString(1), new String(rows.getBytes(2), StandardCharsets.UTF_8)));
      }
      return events;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static PreparedStatement prepared(Connection connection, String sql, Object... parameters)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i] instanceof UUID id ? Ids.bytes(id) : parameters[i]);
    }
    return statement;
  }

  /** An event as the outbox holds it. */
  public record StoredEvent(String type, String data) {}
}
