package dev.dotori.members.session;

import dev.dotori.api.problem.ProblemException;
import dev.dotori.members.MembersConfig;
import dev.dotori.members.MembersProblems;
import dev.dotori.members.secret.Secret;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.sql.DataSource;

/**
 * Bounds how many passwords can be tried, by all replicas together.
 *
 * <p>An attempt is counted before the password is looked at, and taken back when it was right: so
 * that many attempts at once are not one more than many after each other. What is counted does not
 * depend on whether the e-mail is a member's, so it tells nobody. Each subject is one row of fixed
 * size, and no more rows are made once an address is over its limit.
 */
@ApplicationScoped
public class SignInThrottle {

  private final DataSource database;
  private final MembersConfig.SignIn config;

  SignInThrottle(DataSource database, MembersConfig config) {
    this.database = database;
    this.config = config.signIn();
  }

  /**
   * Counts an attempt.
   *
   * @param email in its normal form, a member's or not
   * @param address the caller's
   * @throws ProblemException 429 with the time until the window is over
   */
  public Attempt begin(String email, String address) {
    Attempt attempt = new Attempt(email, network(address));
    Instant now = Instant.now();
    try (Connection connection = database.getConnection()) {
      for (Subject subject : subjects(attempt)) {
        count(connection, subject, now);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("a sign-in attempt could not be counted", e);
    }
    return attempt;
  }

  /** The password was right: the attempt does not count, nor do this caller's for this e-mail. */
  public void succeeded(Attempt attempt) {
    try (Connection connection = database.getConnection()) {
      for (Subject subject : subjects(attempt)) {
        try (PreparedStatement update =
            connection.prepareStatement(
                subject.forgiven()
                    ? "DELETE FROM sign_in_attempt WHERE subject = ?"
                    : "UPDATE sign_in_attempt SET attempts = attempts - 1"
                        + " WHERE subject = ? AND attempts > 0")) {
          update.setBytes(1, subject.key());
          update.executeUpdate();
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("a sign-in attempt could not be taken back", e);
    }
  }

  // The address first: one that is over its limit makes no further rows.
  private List<Subject> subjects(Attempt attempt) {
    return List.of(
        new Subject("address " + attempt.network(), config.perAddress(), false),
        new Subject("e-mail " + attempt.email(), config.perEmail(), false),
        new Subject(
            "both " + attempt.network() + " " + attempt.email(),
            config.perEmailAndAddress(),
            true));
  }

  private void count(Connection connection, Subject subject, Instant now) throws SQLException {
    LocalDateTime moment = LocalDateTime.ofInstant(now, ZoneOffset.UTC);
    // Each statement commits by itself: no two rows are ever locked together.
    try (PreparedStatement upsert =
        connection.prepareStatement(
            "INSERT INTO sign_in_attempt (subject, attempts, window_ends) VALUES (?, 1, ?)"
                + " ON DUPLICATE KEY UPDATE"
                + " attempts = IF(window_ends <= ?, 1, attempts + 1),"
                + " window_ends = IF(window_ends <= ?, VALUES(window_ends), window_ends)")) {
      upsert.setBytes(1, subject.key());
      upsert.setObject(2, moment.plus(config.window()));
      upsert.setObject(3, moment);
      upsert.setObject(4, moment);
      upsert.executeUpdate();
    }
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT attempts, window_ends FROM sign_in_attempt WHERE subject = ?")) {
      select.setBytes(1, subject.key());
      try (ResultSet row = select.executeQuery()) {
        if (row.next() && row.getInt(1) > subject.limit()) {
          Instant over = row.getObject(2, LocalDateTime.class).toInstant(ZoneOffset.UTC);
          throw refused(Duration.between(now, over));
        }
      }
    }
  }

  private static ProblemException refused(Duration left) {
    return new ProblemException(
        MembersProblems.TOO_MANY_SIGN_INS,
        "Too many sign-ins failed. Try again later.",
        Duration.ofSeconds(Math.max(1, left.toSeconds())));
  }

  /** The address itself, or of IPv6 the /64, since one line can use any address in it. */
  static String network(String address) {
    if (address == null || address.indexOf(':') < 0) {
      return address;
    }
    try {
      InetAddress parsed = InetAddress.ofLiteral(address);
      return parsed instanceof Inet6Address
          ? HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), 8)) + "/64"
          : parsed.getHostAddress();
    } catch (IllegalArgumentException notAnAddress) {
      return address;
    }
  }

  /** An attempt that has been counted. */
  public record Attempt(String email, String network) {}

  /**
   * What is counted.
   *
   * @param forgiven whether all its failures are forgotten after a success, or just the attempt
   */
  private record Subject(String name, int limit, boolean forgiven) {

    byte[] key() {
      return Secret.sha256(name);
    }
  }
}
