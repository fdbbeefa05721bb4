package dev.dotori.posting.media;

import dev.dotori.api.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;

/** The table of media states. */
@ApplicationScoped
public class MediaStates {

  private final DataSource database;

  @Inject
  MediaStates(DataSource database) {
    this.database = database;
  }

  /** What is known of the media, those of which nothing is known left out. */
  public Map<UUID, MediaState> find(Collection<UUID> mediaIds) throws SQLException {
    if (mediaIds.isEmpty()) {
      return Map.of();
    }
    String sql =
        "SELECT media_id, owner_id, status, reason FROM media_state WHERE media_id IN ("
            + String.join(", ", Collections.nCopies(mediaIds.size(), "?"))
            + ")";
    Map<UUID, MediaState> states = new HashMap<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      int parameter = 1;
      for (UUID id : mediaIds) {
        select.setBytes(parameter++, Ids.bytes(id));
      }
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          byte[] owner = row.getBytes(2);
          MediaState state =
              new MediaState(
                  Ids.uuid(row.getBytes(1)),
                  owner == null ? null : Ids.uuid(owner),
                  MediaState.Status.valueOf(row.getString(3).toUpperCase(Locale.ROOT)),
                  row.getString(4));
          states.put(state.mediaId(), state);
        }
      }
    }
    return states;
  }

  /**
   * Adds what was learnt to what is known, and locks the rows until the transaction ends. Knowledge
   * only grows, in any order of events: a rejection is final, and readiness is never taken back for
   * less.
   */
  public void learn(Collection<MediaState> learnt) throws SQLException {
    String sql =
        "INSERT INTO media_state (media_id, owner_id, status, reason) VALUES (?, ?, ?, ?)"
            + " ON DUPLICATE KEY UPDATE"
            + " owner_id = COALESCE(owner_id, VALUES(owner_id)),"
            + " reason = COALESCE(reason, VALUES(reason)),"
            + " status = CASE WHEN status = 'rejected' OR VALUES(status) = 'unknown' THEN status"
            + " ELSE VALUES(status) END";
    // In the order of ids, as all who lock several of these rows do: then none waits in a circle.
    List<MediaState> ordered =
        learnt.stream().sorted(Comparator.comparing(MediaState::mediaId, Ids.ORDER)).toList();
    try (Connection connection = database.getConnection();
        PreparedStatement upsert = connection.prepareStatement(sql)) {
      for (MediaState state : ordered) {
        upsert.setBytes(1, Ids.bytes(state.mediaId()));
        upsert.setBytes(2, state.ownerId() == null ? null : Ids.bytes(state.ownerId()));
        upsert.setString(3, state.status().name().toLowerCase(Locale.ROOT));
        upsert.setString(4, state.reason());
        upsert.addBatch();
      }
      upsert.executeBatch();
    }
  }
}
