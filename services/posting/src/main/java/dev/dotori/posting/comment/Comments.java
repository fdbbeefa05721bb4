package dev.dotori.posting.comment;

import dev.dotori.api.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/** The table of comments. */
@ApplicationScoped
public class Comments {

  // Greater than every UUIDv7.
  private static final UUID AFTER_ALL = new UUID(-1L, -1L);

  private final DataSource database;

  @Inject
  Comments(DataSource database) {
    this.database = database;
  }

  void insert(Comment comment) throws SQLException {
    String sql =
        "INSERT INTO post_comment (id, post_id, author_id, text, created_at)"
            + " VALUES (?, ?, ?, ?, ?)";
    try (Connection connection = database.getConnection();
        PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setBytes(1, Ids.bytes(comment.id()));
      insert.setBytes(2, Ids.bytes(comment.postId()));
      insert.setBytes(3, Ids.bytes(comment.authorId()));
      insert.setString(4, comment.text());
      insert.setObject(5, LocalDateTime.ofInstant(comment.createdAt(), ZoneOffset.UTC));
      insert.executeUpdate();
    }
  }

  /** A post's comments, the newest first. */
  List<Comment> of(UUID postId, Optional<UUID> before, int limit) throws SQLException {
    String sql =
        "SELECT id, author_id, text, created_at FROM post_comment"
            + " WHERE post_id = ? AND id < ? ORDER BY id DESC LIMIT ?";
    List<Comment> comments = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setBytes(1, Ids.bytes(postId));
      select.setBytes(2, Ids.bytes(before.orElse(AFTER_ALL)));
      select.setInt(3, limit);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          comments.add(
              new Comment(
                  Ids.uuid(row.getBytes(1)),
                  postId,
                  Ids.uuid(row.getBytes(2)),
                  row.getString(3),
                  row.getObject(4, LocalDateTime.class).toInstant(ZoneOffset.UTC)));
        }
      }
    }
    return comments;
  }

  /** Removes all that a member said to any post. */
  public void deleteOf(UUID authorId) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM post_comment WHERE author_id = ?")) {
      delete.setBytes(1, Ids.bytes(authorId));
      delete.executeUpdate();
    }
  }
}
