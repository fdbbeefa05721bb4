package dev.dotori.posting.like;

import dev.dotori.api.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;

/** The table of likes. */
@ApplicationScoped
public class Likes {

  private final DataSource database;

  @Inject
  Likes(DataSource database) {
    this.database = database;
  }

  /** Likes a post; once is all that counts. */
  void add(UUID postId, UUID memberId) throws SQLException {
    execute(
        "INSERT INTO post_like (post_id, member_id) VALUES (?, ?)"
            + " ON DUPLICATE KEY UPDATE member_id = member_id",
        postId,
        memberId);
  }

  /** Takes a like back; that there is none is no error. */
  void remove(UUID postId, UUID memberId) throws SQLException {
    execute("DELETE FROM post_like WHERE post_id = ? AND member_id = ?", postId, memberId);
  }

  /** Takes all likes of a member back. */
  public void removeOf(UUID memberId) throws SQLException {
    execute("DELETE FROM post_like WHERE member_id = ?", memberId);
  }

  private void execute(String sql, UUID... ids) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < ids.length; i++) {
        statement.setBytes(i + 1, Ids.bytes(ids[i]));
      }
      statement.executeUpdate();
    }
  }
}
