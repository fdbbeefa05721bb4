package dev.dotori.outbox;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** The tables as the tests read them. */
@ApplicationScoped
class Rows {

  private final DataSource database;

  Rows(DataSource database) {
    this.database = database;
  }

  void clear() {
    execute("DELETE FROM outbox");
    execute("DELETE FROM inbox");
    execute("DELETE FROM effect");
  }

  long unsent() {
    return count("SELECT COUNT(*) FROM outbox WHERE entry_ms IS NULL");
  }

  long outbox() {
    return count("SELECT COUNT(*) FROM outbox");
  }

  /** How many streams are yet to be compared with the rows. */
  long audits() {
    return count("SELECT COUNT(*) FROM outbox_stream WHERE audit_from_ms IS NOT NULL");
  }

  long inbox() {
    return count("SELECT COUNT(*) FROM inbox");
  }

  /** The entry ids that the rows hold, oldest first. */
  List<String> entryIds() {
    return texts(
        "SELECT CONCAT(entry_ms, '-', entry_seq) FROM outbox WHERE entry_ms IS NOT NULL"
            + " ORDER BY entry_ms, entry_seq");
  }

  /** The ids of all events in the outbox. */
  List<String> eventIds() {
    return texts(
        "SELECT LOWER(CONCAT_WS('-', SUBSTR(HEX(id),1,8), SUBSTR(HEX(id),9,4),"
            + " SUBSTR(HEX(id),13,4), SUBSTR(HEX(id),17,4), SUBSTR(HEX(id),21))) FROM outbox"
            + " ORDER BY id");
  }

  /** How often the effect of an event about this member happened. */
  int effects(UUID member) {
    try (Connection connection = database.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("SELECT times FROM effect WHERE member_id = ?")) {
      statement.setBytes(1, Sql.bytes(member));
      try (ResultSet result = statement.executeQuery()) {
        return result.next() ? result.getInt(1) : 0;
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The effect itself, in the caller's transaction: not idempotent on purpose. */
  void effect(UUID member) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "INSERT INTO effect (member_id, times) VALUES (?, 1)"
                    + " ON DUPLICATE KEY UPDATE times = times + 1")) {
      statement.setBytes(1, Sql.bytes(member));
      statement.executeUpdate();
    }
  }

  void execute(String sql) {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private long count(String sql) {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> texts(String sql) {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<String> texts = new ArrayList<>();
      while (result.next()) {
        texts.add(result.getString(1));
      }
      return texts;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
