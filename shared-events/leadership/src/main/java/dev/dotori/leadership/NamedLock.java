package dev.dotori.leadership;

import dev.dotori.leadership.MySqlElection.Timing;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.locks.ReentrantLock;

/** A lock of the MySQL server on a connection of its own; what ends the one ends the other. */
final class NamedLock implements AutoCloseable {

  /** MySQL's limit is 64; what is longer is shortened to this. */
  private static final int LONGEST_NAME = 56;

  private final Connection connection;
  private final String name;
  private final Duration answer;
  private final ReentrantLock inUse = new ReentrantLock();
  private boolean broken;

  NamedLock(Connection connection, String name, Timing timing) throws SQLException {
    this.connection = connection;
    this.answer = timing.answer();
    try {
      connection.setNetworkTimeout(Runnable::run, (int) timing.answer().toMillis());
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET SESSION wait_timeout = " + timing.silence().toSeconds());
      }
      this.name = nameOnServer(connection.getCatalog(), name);
    } catch (SQLException e) {
      close();
      throw e;
    }
  }

  // Names are the whole server's: two schemas may have services and releases of the same name.
  private static String nameOnServer(String schema, String name) {
    String whole = schema + "." + name;
    if (whole.length() <= LONGEST_NAME) {
      return whole;
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(whole.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, LONGEST_NAME);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the server calls it. */
  String name() {
    return name;
  }

  /** Waits for the lock for so long; false when another has it, or a replica was asked. */
  boolean take(int seconds) throws SQLException {
    return ask(
        "SELECT IF(@@global.read_only, SLEEP(%1$d), GET_LOCK(?, %1$d))".formatted(seconds), name);
  }

  /** Whether the server says so now. An answer that does not come in time is a no, for good. */
  boolean isHeld() {
    long asked = System.nanoTime();
    try {
      boolean held =
          ask("SELECT NOT @@global.read_only AND IS_USED_LOCK(?) = CONNECTION_ID()", name);
      // A process that was stopped in between finds an old answer waiting.
      return held && System.nanoTime() - asked < answer.toNanos();
    } catch (SQLException e) {
      return false;
    }
  }

  /** Says that nothing is under way any more, lets others have it, and can be asked for a while. */
  void leaveInPeace(Duration asked) throws SQLException {
    ask("SELECT GET_LOCK(?, 0)", peace());
    ask("SELECT RELEASE_LOCK(?)", name);
    ask("SELECT SLEEP(%d.%03d), ?".formatted(asked.toSeconds(), asked.toMillisPart()), name);
  }

  /** Whether the one who had it before has said so. */
  boolean wasLeftInPeace() throws SQLException {
    return ask("SELECT IS_USED_LOCK(?) IS NOT NULL", peace());
  }

  private String peace() {
    return name + ":peace";
  }

  private boolean ask(String question, String lock) throws SQLException {
    inUse.lock();
    try {
      if (broken) {
        throw new SQLException("the connection is lost");
      }
      try (PreparedStatement statement = connection.prepareStatement(question)) {
        statement.setString(1, lock);
        try (ResultSet row = statement.executeQuery()) {
          return row.next() && row.getBoolean(1);
        }
      }
    } catch (SQLException e) {
      broken = true;
      throw e;
    } finally {
      inUse.unlock();
    }
  }

  /** Ends the connection without waiting for anybody, and so the lock. */
  @Override
  public void close() {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      // It has ended already.
    }
  }
}
