package dev.dotori.members.claim;

import dev.dotori.members.MembersConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** The e-mails whose owners are to get a mail, kept until it is sent and a while longer. */
@ApplicationScoped
public class ClaimRequests {

  // A mail server that takes longer than this for one mail is as good as away.
  private static final Duration LEASE = Duration.ofMinutes(2);
  private static final int AT_A_TIME = 50;

  private final DataSource database;
  private final MembersConfig.Claims config;

  ClaimRequests(DataSource database, MembersConfig config) {
    this.database = database;
    this.config = config.claims();
  }

  /** Asks for a mail to the address, unless one was asked for a short while ago. */
  public void add(String email, Instant now) {
    // Whether the e-mail is a member's is not looked at here: so the answer can't tell.
    execute(
        "INSERT IGNORE INTO claim_request (email, requested_at, due_at, attempts)"
            + " VALUES (?, ?, ?, 0)",
        email,
        utc(now),
        utc(now));
  }

  /** Takes some that are due. Until the lease is over, no other replica takes them. */
  List<Request> take(Instant now) {
    List<Request> taken = new ArrayList<>();
    for (Request due : due(now)) {
      int changed =
          execute(
              "UPDATE claim_request SET attempts = attempts + 1, due_at = ?"
                  + " WHERE email = ? AND attempts = ? AND due_at <= ?",
              utc(now.plus(LEASE)),
              due.email(),
              due.attempts(),
              utc(now));
      if (changed == 1) {
        taken.add(new Request(due.email(), due.attempts() + 1));
      }
    }
    return taken;
  }

  /** The request needs no further mail. */
  void done(Request request) {
    execute("UPDATE claim_request SET due_at = NULL WHERE email = ?", request.email());
  }

  /** The request is to be tried again. */
  void retry(Request request, Instant at) {
    execute("UPDATE claim_request SET due_at = ? WHERE email = ?", utc(at), request.email());
  }

  /** Forgets requests whose quiet time is over, so that the address can be asked for again. */
  void purge(Instant now) {
    execute(
        "DELETE FROM claim_request WHERE due_at IS NULL AND requested_at <= ? LIMIT 1000",
        utc(now.minus(config.quiet())));
  }

  private List<Request> due(Instant now) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT email, attempts FROM claim_request WHERE due_at <= ?"
                    + " ORDER BY due_at LIMIT "
                    + AT_A_TIME)) {
      select.setObject(1, utc(now));
      try (ResultSet rows = select.executeQuery()) {
        List<Request> due = new ArrayList<>();
        while (rows.next()) {
          due.add(new Request(rows.getString(1), rows.getInt(2)));
        }
        return due;
      }
    } catch (SQLException e) {
      throw new IllegalStateException("due claims could not be read", e);
    }
  }

  private int execute(String sql, Object... parameters) {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("a claim's request could not be kept", e);
    }
  }

  private static LocalDateTime utc(Instant time) {
    return LocalDateTime.ofInstant(time, ZoneOffset.UTC);
  }

  /**
   * An address that is to be mailed to.
   *
   * @param attempts tries so far
   */
  record Request(String email, int attempts) {

    @Override
    public String toString() {
      return "Request[attempts=" + attempts + "]";
    }
  }
}
