package dev.dotori.points.database;

import dev.dotori.api.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Plain SQL on this service's schema, in the ambient transaction if there is one.
 *
 * <p>Parameters and columns: a {@link UUID} is 16 bytes, an {@link Instant} a {@code DATETIME(6)}
 * in UTC; the rest is as JDBC has it. Failures are {@link DatabaseException}.
 */
@ApplicationScoped
public class Database {

  /**
   * Rows in one multi-row statement: keeps it far below {@code max_allowed_packet} whatever a batch
   * of events holds.
   */
  private static final int ROWS_PER_STATEMENT = 1000;

  private final DataSource dataSource;

  Database(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** Reads a row's columns, in the order of the select list, counted from 1. */
  @FunctionalInterface
  public interface RowMapper<T> {
    T map(Row row) throws SQLException;
  }

  /** The rows that a query answers. */
  public <T> List<T> list(String sql, RowMapper<T> mapper, Object... parameters) {
    return execute(
        sql,
        statement -> {
          bind(statement, 1, parameters);
          List<T> rows = new ArrayList<>();
          try (ResultSet result = statement.executeQuery()) {
            Row row = new Row(result);
            while (result.next()) {
              rows.add(mapper.map(row));
            }
          }
          return rows;
        });
  }

  /** The only row that a query answers, if it answers any. */
  public <T> Optional<T> find(String sql, RowMapper<T> mapper, Object... parameters) {
    return list(sql, mapper, parameters).stream().findFirst();
  }

  /** Runs an INSERT, UPDATE or DELETE; the number of rows that it changed. */
  public int update(String sql, Object... parameters) {
    return execute(
        sql,
        statement -> {
          bind(statement, 1, parameters);
          return statement.executeUpdate();
        });
  }

  /**
   * Runs an UPDATE once for each of the parameters' rows, in one round trip.
   *
   * @throws IllegalStateException unless each of them changed exactly one row
   */
  public void updateEach(String sql, List<Object[]> rows) {
    if (rows.isEmpty()) {
      return;
    }
    int[] changed =
        execute(
            sql,
            statement -> {
              for (Object[] row : rows) {
                bind(statement, 1, row);
                statement.addBatch();
              }
              return statement.executeBatch();
            });
    if (!Arrays.stream(changed).allMatch(count -> count == 1)) {
      throw new IllegalStateException("not one row each: " + Arrays.toString(changed));
    }
  }

  /**
   * Inserts many rows by few statements.
   *
   * @param insert up to and without {@code VALUES}, for example {@code INSERT INTO t (a, b)}
   * @param suffix what follows the values, for example {@code ON DUPLICATE KEY UPDATE …}, or empty
   * @return the rows changed, as the server counts them
   */
  public int insert(String insert, List<Object[]> rows, String suffix) {
    int changed = 0;
    for (int from = 0; from < rows.size(); from += ROWS_PER_STATEMENT) {
      List<Object[]> chunk = rows.subList(from, Math.min(rows.size(), from + ROWS_PER_STATEMENT));
      String oneRow = "(" + placeholders(chunk.getFirst().length) + ")";
      String values = String.join(",", Collections.nCopies(chunk.size(), oneRow));
      changed +=
          execute(
              insert + " VALUES " + values + " " + suffix,
              statement -> {
                int index = 1;
                for (Object[] row : chunk) {
                  index = bind(statement, index, row);
                }
                return statement.executeUpdate();
              });
    }
    return changed;
  }

  /** {@code ?,?,?}: for an IN list of so many values. */
  public static String placeholders(int count) {
    return String.join(",", Collections.nCopies(count, "?"));
  }

  @FunctionalInterface
  private interface Work<T> {
    T run(PreparedStatement statement) throws SQLException;
  }

  private <T> T execute(String sql, Work<T> work) {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      return work.run(statement);
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  private static int bind(PreparedStatement statement, int from, Object... parameters)
      throws SQLException {
    int index = from;
    for (Object parameter : parameters) {
      switch (parameter) {
        case UUID id -> statement.setBytes(index, Ids.bytes(id));
        case Instant at -> statement.setObject(index, LocalDateTime.ofInstant(at, ZoneOffset.UTC));
        case Long number -> statement.setLong(index, number);
        case Integer number -> statement.setInt(index, number);
        case String text -> statement.setString(index, text);
        case null, default -> statement.setObject(index, parameter);
      }
      index++;
    }
    return index;
  }

  /** The current row of a result. */
  public static final class Row {

    private final ResultSet result;

    private Row(ResultSet result) {
      this.result = result;
    }

    public UUID id(int column) throws SQLException {
      return Ids.uuid(result.getBytes(column));
    }

    /** Null for NULL. */
    public UUID idOrNull(int column) throws SQLException {
      byte[] bytes = result.getBytes(column);
      return bytes == null ? null : Ids.uuid(bytes);
    }

    /** Null for NULL. */
    public Instant instant(int column) throws SQLException {
      LocalDateTime at = result.getObject(column, LocalDateTime.class);
      return at == null ? null : at.toInstant(ZoneOffset.UTC);
    }

    public long number(int column) throws SQLException {
      return result.getLong(column);
    }

    public int integer(int column) throws SQLException {
      return result.getInt(column);
    }

    /** Null for NULL. */
    public Integer integerOrNull(int column) throws SQLException {
      int value = result.getInt(column);
      return result.wasNull() ? null : value;
    }

    public boolean bool(int column) throws SQLException {
      return result.getBoolean(column);
    }

    public String text(int column) throws SQLException {
      return result.getString(column);
    }
  }
}
