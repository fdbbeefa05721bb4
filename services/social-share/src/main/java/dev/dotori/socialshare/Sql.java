package dev.dotori.socialshare;

import dev.dotori.api.Ids;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/** Plain SQL in the ambient transaction; ids as 16 bytes, times in UTC. */
public final class Sql {

  private Sql() {}

  /** Reads one row. */
  @FunctionalInterface
  public interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Runs a statement that changes rows; returns how many it changed. */
  public static int update(DataSource database, String sql, Object... parameters) {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = prepare(connection, sql, parameters)) {
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  public static <T> List<T> list(
      DataSource database, RowReader<T> reader, String sql, Object... parameters) {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = prepare(connection, sql, parameters);
        ResultSet rows = statement.executeQuery()) {
      List<T> read = new ArrayList<>();
      while (rows.next()) {
        read.add(reader.read(rows));
      }
      return read;
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  public static <T> Optional<T> one(
      DataSource database, RowReader<T> reader, String sql, Object... parameters) {
    return list(database, reader, sql, parameters).stream().findFirst();
  }

  private static PreparedStatement prepare(Connection connection, String sql, Object[] parameters)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, toColumn(parameters[i]));
    }
    return statement;
  }

  private static Object toColumn(Object parameter) {
    return switch (parameter) {
      case UUID id -> Ids.bytes(id);
      case Instant time ->
          LocalDateTime.ofInstant(time.truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC);
      case null, default -> parameter;
    };
  }

  public static UUID id(ResultSet row, String column) throws SQLException {
    byte[] bytes = row.getBytes(column);
    return bytes == null ? null : Ids.uuid(bytes);
  }

  public static Instant time(ResultSet row, String column) throws SQLException {
    LocalDateTime time = row.getObject(column, LocalDateTime.class);
    return time == null ? null : time.toInstant(ZoneOffset.UTC);
  }

  /** The database refused a statement or could not be reached. */
  public static final class DatabaseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DatabaseException(SQLException cause) {
      super(cause);
    }

    /** Whether a unique index refused the row. */
    public boolean isDuplicateKey() {
      return ((SQLException) getCause()).getErrorCode() == 1062;
    }
  }
}
