package dev.dotori.posting.post;

import dev.dotori.api.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;

/** Counts what others made of posts, from the rows themselves. */
@ApplicationScoped
class Reactions {

  private final DataSource database;

  @Inject
  Reactions(DataSource database) {
    this.database = database;
  }

  /**
   * What others made of a post.
   *
   * @param liked whether the one who asks likes it
   */
  record Counts(long likes, boolean liked, long comments) {

    static final Counts NONE = new Counts(0, false, 0);
  }

  /** The counts of the posts, as the member sees them; posts without any reaction left out. */
  Map<UUID, Counts> of(Collection<UUID> postIds, UUID memberId) throws SQLException {
    if (postIds.isEmpty()) {
      return Map.of();
    }
    String posts = "(" + String.join(", ", Collections.nCopies(postIds.size(), "?")) + ")";
    // A union of two groupings, since joining both tables would count each row by the other's.
    String sql =
        "SELECT post_id, SUM(likes), SUM(liked), SUM(comments) FROM ("
            + " SELECT post_id, COUNT(*) AS likes, SUM(member_id = ?) AS liked, 0 AS comments"
            + " FROM post_like WHERE post_id IN "
            + posts
            + " GROUP BY post_id UNION ALL"
            + " SELECT post_id, 0, 0, COUNT(*) FROM post_comment WHERE post_id IN "
            + posts
            + " GROUP BY post_id) reactions GROUP BY post_id";
    Map<UUID, Counts> counts = new HashMap<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      int parameter = 1;
      select.setBytes(parameter++, Ids.bytes(memberId));
      for (int part = 0; part < 2; part++) {
        for (UUID id : postIds) {
          select.setBytes(parameter++, Ids.bytes(id));
        }
      }
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          counts.put(
              Ids.uuid(row.getBytes(1)),
              new Counts(row.getLong(2), row.getLong(3) > 0, row.getLong(4)));
        }
      }
    }
    return counts;
  }
}
