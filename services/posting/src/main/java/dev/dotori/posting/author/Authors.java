package dev.dotori.posting.author;

import dev.dotori.api.Ids;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import javax.sql.DataSource;

/** Knows which members have left. */
@ApplicationScoped
public class Authors {

  private final DataSource database;

  @Inject
  Authors(DataSource database) {
    this.database = database;
  }

  /**
   * Makes sure that the member has not left, and does not until the transaction ends.
   *
   * @throws ProblemException 404 when they have
   */
  public void requireOpen(UUID memberId) throws SQLException {
    upsert(memberId, null);
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT closed_at FROM author WHERE member_id = ?")) {
      select.setBytes(1, Ids.bytes(memberId));
      try (ResultSet row = select.executeQuery()) {
        if (row.next() && row.getObject(1) != null) {
          throw new ProblemException(ProblemTypes.NOT_FOUND, "There is no such member any more.");
        }
      }
    }
  }

  /** Takes note that the member has left. */
  public void close(UUID memberId, Instant at) throws SQLException {
    upsert(memberId, at);
  }

  // The row is locked until the transaction ends, whether it was there or not.
  private void upsert(UUID memberId, Instant closedAt) throws SQLException {
    String sql =
        "INSERT INTO author (member_id, closed_at) VALUES (?, ?)"
            + " ON DUPLICATE KEY UPDATE closed_at = COALESCE(closed_at, VALUES(closed_at))";
    try (Connection connection = database.getConnection();
        PreparedStatement upsert = connection.prepareStatement(sql)) {
      upsert.setBytes(1, Ids.bytes(memberId));
      upsert.setObject(
          2, closedAt == null ? null : LocalDateTime.ofInstant(closedAt, ZoneOffset.UTC));
      upsert.executeUpdate();
    }
  }
}
