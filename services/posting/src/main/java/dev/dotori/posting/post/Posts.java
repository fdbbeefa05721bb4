package dev.dotori.posting.post;

import dev.dotori.api.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** The tables of posts. */
@ApplicationScoped
class Posts {

  private static final String COLUMNS =
      "SELECT p.id, p.author_id, p.text, p.store_id, p.purchase_id, p.visibility, p.share_to,"
          + " p.status, p.publish_at, p.created_at, p.published_at, p.edited_at, p.version,"
          + " p.rejected_media_id, p.rejected_reason FROM post p ";

  private final DataSource database;

  @Inject
  Posts(DataSource database) {
    this.database = database;
  }

  /** Where a public list goes on: before this time and id. */
  record Before(Instant publicSince, UUID id) {}

  /** A former text of a post. */
  record Edit(String text, Instant replacedAt) {}

  void insert(Post post) throws SQLException {
    String sql =
        "INSERT INTO post (id, author_id, text, store_id, purchase_id, visibility, share_to,"
            + " status, publish_at, created_at, published_at, version)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    try (Connection connection = database.getConnection()) {
      try (PreparedStatement insert = connection.prepareStatement(sql)) {
        insert.setBytes(1, Ids.bytes(post.id()));
        insert.setBytes(2, Ids.bytes(post.authorId()));
        insert.setString(3, post.text());
        insert.setBytes(4, bytes(post.storeId()));
        insert.setBytes(5, bytes(post.purchaseId()));
        insert.setString(6, post.visibility().column());
        insert.setString(
            7, post.shareTo().stream().map(Network::text).collect(Collectors.joining(",")));
        insert.setString(8, post.status().text());
        insert.setObject(9, dateTime(post.publishAt()));
        insert.setObject(10, dateTime(post.createdAt()));
        insert.setObject(11, dateTime(post.publishedAt()));
        insert.setInt(12, post.version());
        insert.executeUpdate();
      }
      insertMedia(connection, post);
    }
  }

  private static void insertMedia(Connection connection, Post post) throws SQLException {
    String sql = "INSERT INTO post_media (post_id, position, media_id) VALUES (?, ?, ?)";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (int position = 0; position < post.mediaIds().size(); position++) {
        insert.setBytes(1, Ids.bytes(post.id()));
        insert.setInt(2, position);
        insert.setBytes(3, Ids.bytes(post.mediaIds().get(position)));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  Optional<Post> find(UUID id) throws SQLException {
    return select("WHERE p.id = ?", id).stream().findFirst();
  }

  /** The post, its row locked until the transaction ends. */
  Optional<Post> lock(UUID id) throws SQLException {
    return select("WHERE p.id = ? FOR UPDATE", id).stream().findFirst();
  }

  /** The post, which stays until the transaction ends, while others may hold it too. */
  Optional<Post> hold(UUID id) throws SQLException {
    return select("WHERE p.id = ? LOCK IN SHARE MODE", id).stream().findFirst();
  }

  /** Posts of these that are not decided yet, their rows locked until the transaction ends. */
  List<Post> lockUndecided(Collection<UUID> ids) throws SQLException {
    if (ids.isEmpty()) {
      return List.of();
    }
    return select(
        "WHERE p.id IN ("
            + places(ids)
            + ") AND p.status IN ('scheduled', 'awaiting_media') ORDER BY p.id FOR UPDATE",
        ids.toArray());
  }

  /** Posts whose time has come, locked; those that another process has just locked are left out. */
  List<Post> lockDue(Instant now, int limit) throws SQLException {
    return select(
        "WHERE p.status = 'scheduled' AND p.publish_at <= ? ORDER BY p.publish_at LIMIT ?"
            + " FOR UPDATE SKIP LOCKED",
        now,
        limit);
  }

  /** Some posts of a member, locked until the transaction ends. */
  List<Post> lockOf(UUID authorId, int limit) throws SQLException {
    return select("WHERE p.author_id = ? ORDER BY p.id LIMIT ? FOR UPDATE", authorId, limit);
  }

  /** Ids of the posts that show these media. */
  List<UUID> showing(Collection<UUID> mediaIds) throws SQLException {
    return ids(
        "SELECT DISTINCT post_id FROM post_media WHERE media_id IN (" + places(mediaIds) + ")",
        mediaIds.toArray());
  }

  /** Media that posts have waited for since before the given time. */
  List<UUID> awaitedMedia(Instant since, int limit) throws SQLException {
    return ids(
        "SELECT DISTINCT m.media_id FROM post p"
            + " JOIN post_media m ON m.post_id = p.id"
            + " JOIN media_state s ON s.media_id = m.media_id AND s.status = 'unknown'"
            + " WHERE p.status = 'awaiting_media' AND p.created_at < ? LIMIT ?",
        since,
        limit);
  }

  /** Public posts, the newest first. */
  List<Post> feed(Optional<Before> before, int limit) throws SQLException {
    return publicPage("p.public_since IS NOT NULL", new Object[0], before, limit);
  }

  /** A store's public posts, the newest first. */
  List<Post> ofStore(UUID storeId, Optional<Before> before, int limit) throws SQLException {
    return publicPage(
        "p.store_id = ? AND p.public_since IS NOT NULL", new Object[] {storeId}, before, limit);
  }

  /** A member's posts as others see them, the newest first. */
  List<Post> publicOf(UUID authorId, Optional<Before> before, int limit) throws SQLException {
    return publicPage(
        "p.author_id = ? AND p.public_since IS NOT NULL", new Object[] {authorId}, before, limit);
  }

  /** All of a member's posts, by when they were written, the newest first. */
  List<Post> of(UUID authorId, Optional<UUID> before, int limit) throws SQLException {
    return before.isPresent()
        ? select(
            "WHERE p.author_id = ? AND p.id < ? ORDER BY p.id DESC LIMIT ?",
            authorId,
            before.get(),
            limit)
        : select("WHERE p.author_id = ? ORDER BY p.id DESC LIMIT ?", authorId, limit);
  }

  /** What the post said before, the latest first. */
  List<Edit> edits(UUID id) throws SQLException {
    String sql = "SELECT text, replaced_at FROM post_edit WHERE post_id = ? ORDER BY version DESC";
    List<Edit> edits = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setBytes(1, Ids.bytes(id));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          edits.add(new Edit(row.getString(1), instant(row, 2)));
        }
      }
    }
    return edits;
  }

  void publish(Collection<Post> posts, Instant at) throws SQLException {
    execute(
        "UPDATE post SET status = 'published', published_at = ?, version = version + 1"
            + " WHERE id IN (",
        posts,
        at);
  }

  void awaitMedia(Collection<Post> posts) throws SQLException {
    execute("UPDATE post SET status = 'awaiting_media' WHERE id IN (", posts);
  }

  void reject(Collection<Post> posts, Post.Rejection rejection) throws SQLException {
    execute(
        "UPDATE post SET status = 'rejected', rejected_media_id = ?, rejected_reason = ?,"
            + " version = version + 1 WHERE id IN (",
        posts,
        rejection.mediaId(),
        rejection.reason());
  }

  void delete(Collection<Post> posts) throws SQLException {
    execute("DELETE FROM post WHERE id IN (", posts);
  }

  /** Gives a locked post another text, and keeps the one it had. */
  void edit(Post post, String text, Instant at) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement keep =
            connection.prepareStatement(
                "INSERT INTO post_edit (post_id, version, text, replaced_at) VALUES (?, ?, ?, ?)");
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE post SET text = ?, edited_at = ?, version = version + 1 WHERE id = ?")) {
      bind(keep, post.id(), post.version(), post.text(), at);
      keep.executeUpdate();
      bind(update, text, at, post.id());
      update.executeUpdate();
    }
  }

  private List<Post> publicPage(
      String where, Object[] parameters, Optional<Before> before, int limit) throws SQLException {
    List<Object> all = new ArrayList<>(Arrays.asList(parameters));
    String condition = "WHERE " + where;
    if (before.isPresent()) {
      // Spelt out, since a row comparison is not looked up in an index.
      condition += " AND p.public_since <= ? AND (p.public_since < ? OR p.id < ?)";
      all.add(before.get().publicSince());
      all.add(before.get().publicSince());
      all.add(before.get().id());
    }
    all.add(limit);
    return select(condition + " ORDER BY p.public_since DESC, p.id DESC LIMIT ?", all.toArray());
  }

  private List<Post> select(String condition, Object... parameters) throws SQLException {
    List<Post> posts = new ArrayList<>();
    try (Connection connection = database.getConnection()) {
      try (PreparedStatement select = connection.prepareStatement(COLUMNS + condition)) {
        bind(select, parameters);
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            posts.add(post(row));
          }
        }
      }
      return withMedia(connection, posts);
    }
  }

  private List<Post> withMedia(Connection connection, List<Post> posts) throws SQLException {
    if (posts.isEmpty()) {
      return posts;
    }
    Map<UUID, List<UUID>> media = new HashMap<>();
    String sql =
        "SELECT post_id, media_id FROM post_media WHERE post_id IN ("
            + places(posts)
            + ") ORDER BY post_id, position";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      bind(select, posts.stream().map(Post::id).toArray());
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          media
              .computeIfAbsent(Ids.uuid(row.getBytes(1)), id -> new ArrayList<>())
              .add(Ids.uuid(row.getBytes(2)));
        }
      }
    }
    return posts.stream()
        .map(post -> post.withMedia(media.getOrDefault(post.id(), List.of())))
        .toList();
  }

  private List<UUID> ids(String sql, Object... parameters) throws SQLException {
    List<UUID> ids = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      bind(select, parameters);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ids.add(Ids.uuid(row.getBytes(1)));
        }
      }
    }
    return ids;
  }

  /** Runs a statement that ends with the list of the posts' ids. */
  private void execute(String sql, Collection<Post> posts, Object... parameters)
      throws SQLException {
    if (posts.isEmpty()) {
      return;
    }
    List<Object> all = new ArrayList<>(Arrays.asList(parameters));
    posts.forEach(post -> all.add(post.id()));
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql + places(posts) + ")")) {
      bind(statement, all.toArray());
      statement.executeUpdate();
    }
  }

  private static void bind(PreparedStatement statement, Object... parameters) throws SQLException {
    for (int i = 0; i < parameters.length; i++) {
      switch (parameters[i]) {
        case UUID id -> statement.setBytes(i + 1, Ids.bytes(id));
        case Instant time -> statement.setObject(i + 1, dateTime(time));
        case Integer number -> statement.setInt(i + 1, number);
        case String text -> statement.setString(i + 1, text);
        default -> throw new IllegalArgumentException("no parameter: " + parameters[i]);
      }
    }
  }

  private static Post post(ResultSet row) throws SQLException {
    UUID rejectedMedia = id(row, 14);
    String networks = row.getString(7);
    return new Post(
        id(row, 1),
        id(row, 2),
        row.getString(3),
        List.of(),
        id(row, 4),
        id(row, 5),
        Visibility.ofColumn(row.getString(6)),
        networks.isEmpty()
            ? List.of()
            : Arrays.stream(networks.split(",")).map(Network::of).toList(),
        PostStatus.of(row.getString(8)),
        instant(row, 9),
        instant(row, 10),
        instant(row, 11),
        instant(row, 12),
        row.getInt(13),
        rejectedMedia == null ? null : new Post.Rejection(rejectedMedia, row.getString(15)));
  }

  private static String places(Collection<?> values) {
    return String.join(", ", Collections.nCopies(values.size(), "?"));
  }

  private static byte[] bytes(UUID id) {
    return id == null ? null : Ids.bytes(id);
  }

  private static UUID id(ResultSet row, int column) throws SQLException {
    byte[] bytes = row.getBytes(column);
    return bytes == null ? null : Ids.uuid(bytes);
  }

  // As a local time and not a timestamp, so that no session's time zone can move it.
  private static LocalDateTime dateTime(Instant time) {
    return time == null ? null : LocalDateTime.ofInstant(time, ZoneOffset.UTC);
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    LocalDateTime time = row.getObject(column, LocalDateTime.class);
    return time == null ? null : time.toInstant(ZoneOffset.UTC);
  }
}
