package dev.dotori.socialshare.share;

import dev.dotori.api.Ids;
import dev.dotori.events.Event;
import dev.dotori.events.PostDeleted;
import dev.dotori.events.PostPublished;
import dev.dotori.outbox.Causation;
import dev.dotori.socialshare.Sql;
import dev.dotori.socialshare.network.Network;
import dev.dotori.socialshare.network.SocialNetwork.RemotePost;
import dev.dotori.socialshare.share.Share.Claim;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** The tables of posts, shares and attempts. Each call joins the ambient transaction. */
@ApplicationScoped
class ShareStore {

  private static final String COLUMNS =
      "id, post_id, network, author_id, status, attempts, attempt_limit, due_at, sent_at,"
          + " sent_media_ids, post_anyway, remote_id, remote_url, error_class, error,"
          + " trace_parent, idempotency_key";

  private static final int MAX_ERROR = 500;

  private final DataSource database;

  ShareStore(DataSource database) {
    this.database = database;
  }

  // Posts. Both events about a post lock its row first, so that they come one after the other.

  /** Keeps what was published; false when the post is known to be deleted. */
  boolean putPublished(PostPublished post) {
    Sql.update(
        database,
        """
        INSERT INTO post (id, author_id, text, media_ids, store_id, purchase_id, published_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON DUPLICATE KEY UPDATE published_at = VALUES(published_at)
        """,
        post.postId(),
        post.authorId(),
        post.text(),
        join(post.mediaIds()),
        post.storeId(),
        post.purchaseId(),
        post.publishedAt());
    return find(post.postId()).filter(kept -> !kept.deleted()).isPresent();
  }

  /** Keeps that a post is gone, and nothing of what it said. */
  void putDeleted(PostDeleted post) {
    Sql.update(
        database,
        """
        INSERT INTO post (id, author_id, text, media_ids, deleted_at) VALUES (?, ?, '', '', ?)
        ON DUPLICATE KEY UPDATE text = '', media_ids = '', deleted_at = VALUES(deleted_at)
        """,
        post.postId(),
        post.authorId(),
        post.deletedAt());
  }

  Optional<Post> find(UUID postId) {
    return Sql.one(
        database,
        ShareStore::readPost,
        "SELECT id, author_id, text, media_ids, store_id, purchase_id, deleted_at FROM post"
            + " WHERE id = ?",
        postId);
  }

  boolean isClosed(UUID memberId) {
    return Sql.one(
            database, row -> true, "SELECT 1 FROM closed_member WHERE member_id = ?", memberId)
        .isPresent();
  }

  /** Forgets a member who leaves. */
  void forget(UUID memberId, Instant closedAt) {
    Sql.update(
        database,
        "INSERT INTO closed_member (member_id, closed_at) VALUES (?, ?)"
            + " ON DUPLICATE KEY UPDATE closed_at = closed_at",
        memberId,
        closedAt);
    Sql.update(
        database,
        "DELETE FROM share_attempt WHERE share_id IN (SELECT id FROM share WHERE author_id = ?)",
        memberId);
    Sql.update(database, "DELETE FROM share WHERE author_id = ?", memberId);
    Sql.update(database, "DELETE FROM post WHERE author_id = ?", memberId);
  }

  // Shares.

  /** Queues a share, unless the post has one for that network. */
  void queue(Event<PostPublished> event, Network network, int attemptLimit) {
    Instant now = Instant.now();
    PostPublished post = event.data();
    Sql.update(
        database,
        """
        INSERT INTO share (id, post_id, network, author_id, status, attempt_limit, due_at,
            trace_parent, idempotency_key, created_at)
        VALUES (?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?)
        ON DUPLICATE KEY UPDATE post_id = post_id
        """,
        Ids.next(),
        post.postId(),
        network.key(),
        post.authorId(),
        attemptLimit,
        now,
        event.traceParent(),
        event.idempotencyKey(),
        now);
  }

  List<Share> of(UUID postId) {
    return Sql.list(
        database,
        ShareStore::readShare,
        "SELECT " + COLUMNS + " FROM share WHERE post_id = ? ORDER BY network",
        postId);
  }

  Optional<Share> lock(UUID shareId) {
    return Sql.one(
        database,
        ShareStore::readShare,
        "SELECT " + COLUMNS + " FROM share WHERE id = ? FOR UPDATE",
        shareId);
  }

  /** Shares that wait and are not sent any more, since the post is gone. */
  List<Share> lockQueued(UUID postId) {
    return Sql.list(
        database,
        ShareStore::readShare,
        "SELECT " + COLUMNS + " FROM share WHERE post_id = ? AND status = 'queued' FOR UPDATE",
        postId);
  }

  /** Lets the uncertain ones of a post that is gone rest as they are. */
  void restUnknown(UUID postId) {
    Sql.update(
        database,
        "UPDATE share SET due_at = NULL WHERE post_id = ? AND status = 'unknown'",
        postId);
  }

  /**
   * Claims shares that are due, those of a worker whose lease is over included, each for the length
   * of a lease. What another worker claims at this moment is skipped.
   */
  List<Claim> claimDue(int limit, Duration lease) {
    Instant now = Instant.now();
    List<Share> due =
        Sql.list(
            database,
            ShareStore::readShare,
            "SELECT "
                + COLUMNS
                + " FROM share WHERE due_at <= ? ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED",
            now,
            limit);
    List<Claim> claims = new ArrayList<>();
    for (Share share : due) {
      UUID token = Ids.next();
      Sql.update(
          database,
          """
          UPDATE share SET status = 'publishing', claim = ?, attempts = attempts + 1, due_at = ?
          WHERE id = ?
          """,
          token,
          now.plus(lease),
          share.id());
      Sql.update(
          database,
          "INSERT INTO share_attempt (share_id, attempt, started_at) VALUES (?, ?, ?)",
          share.id(),
          share.attempts() + 1,
          now);
      claims.add(new Claim(lock(share.id()).orElseThrow(), token));
    }
    return claims;
  }

  /**
   * Notes that the network may show the post from now on, and begins the lease anew. False when the
   * claim is lost or the post is gone: then it must not be sent.
   */
  boolean markSent(Claim claim, List<String> mediaIds, Duration lease) {
    Instant now = Instant.now();
    return Sql.update(
            database,
            """
            UPDATE share SET sent_at = ?, sent_media_ids = ?, due_at = ?
            WHERE id = ? AND claim = ?
              AND NOT EXISTS (SELECT 1 FROM post WHERE id = share.post_id AND deleted_at IS NOT NULL)
            """,
            now,
            String.join(",", mediaIds),
            now.plus(lease),
            claim.share().id(),
            claim.token())
        == 1;
  }

  /** Ends a claim with success; false when the claim is lost. */
  boolean published(Claim claim, RemotePost remote, Instant now) {
    boolean ended =
        Sql.update(
                database,
                """
                UPDATE share SET status = 'published', remote_id = ?, remote_url = ?,
                    published_at = ?, due_at = NULL, claim = NULL, sent_at = NULL,
                    error_class = NULL, error = NULL
                WHERE id = ? AND claim = ?
                """,
                remote.id(),
                remote.url().toString(),
                now,
                claim.share().id(),
                claim.token())
            == 1;
    if (ended) {
      finishAttempt(claim, ShareStatus.PUBLISHED, null, null, now);
    }
    return ended;
  }

  /** Whether a network's post is another share's. */
  boolean isTaken(Network network, String remoteId) {
    return Sql.one(
            database,
            row -> true,
            "SELECT 1 FROM share WHERE network = ? AND remote_id = ?",
            network.key(),
            remoteId)
        .isPresent();
  }

  /**
   * Ends a claim without success; false when the claim is lost.
   *
   * @param dueAt when to go on; null: not by itself
   * @param sent whether the network may show the post
   */
  boolean release(
      Claim claim,
      ShareStatus status,
      Instant dueAt,
      boolean sent,
      ErrorClass errorClass,
      String error) {
    boolean ended =
        Sql.update(
                database,
                """
                UPDATE share SET status = ?, due_at = ?, claim = NULL,
                    sent_at = CASE WHEN ? THEN sent_at ELSE NULL END, error_class = ?, error = ?
                WHERE id = ? AND claim = ?
                """,
                status.key(),
                dueAt,
                sent,
                errorClass.key(),
                shortened(error),
                claim.share().id(),
                claim.token())
            == 1;
    if (ended) {
      finishAttempt(claim, status, errorClass, error, Instant.now());
    }
    return ended;
  }

  private void finishAttempt(
      Claim claim, ShareStatus outcome, ErrorClass errorClass, String error, Instant now) {
    Sql.update(
        database,
        """
        UPDATE share_attempt SET finished_at = ?, outcome = ?, error_class = ?, error = ?
        WHERE share_id = ? AND attempt = ?
        """,
        now,
        outcome.key(),
        errorClass == null ? null : errorClass.key(),
        shortened(error),
        claim.share().id(),
        claim.share().attempts());
  }

  /** Gives up a share that nobody has claimed. */
  void fail(Share share, ErrorClass errorClass, String error) {
    Sql.update(
        database,
        "UPDATE share SET status = 'failed', due_at = NULL, error_class = ?, error = ? WHERE id = ?",
        errorClass.key(),
        shortened(error),
        share.id());
  }

  /** Queues a share again at its author's wish. */
  void requeue(Share share, int attemptLimit, boolean postAnyway) {
    Sql.update(
        database,
        """
        UPDATE share SET status = 'queued', due_at = ?, attempt_limit = ?, post_anyway = ?,
            error_class = NULL, error = NULL
        WHERE id = ?
        """,
        Instant.now(),
        attemptLimit,
        postAnyway,
        share.id());
  }

  private static String shortened(String error) {
    return error == null || error.length() <= MAX_ERROR ? error : error.substring(0, MAX_ERROR);
  }

  private static String join(List<UUID> ids) {
    return ids.stream().map(UUID::toString).collect(Collectors.joining(","));
  }

  private static List<String> split(String joined) {
    return joined == null || joined.isEmpty() ? List.of() : List.of(joined.split(","));
  }

  private static Post readPost(ResultSet row) throws SQLException {
    return new Post(
        Sql.id(row, "id"),
        Sql.id(row, "author_id"),
        row.getString("text"),
        Stream.of(row.getString("media_ids").split(","))
            .filter(id -> !id.isEmpty())
            .map(UUID::fromString)
            .toList(),
        Sql.id(row, "store_id"),
        Sql.id(row, "purchase_id"),
        Sql.time(row, "deleted_at") != null);
  }

  private static Share readShare(ResultSet row) throws SQLException {
    String errorClass = row.getString("error_class");
    return new Share(
        Sql.id(row, "id"),
        Sql.id(row, "post_id"),
        Network.of(row.getString("network")).orElseThrow(),
        Sql.id(row, "author_id"),
        ShareStatus.of(row.getString("status")),
        row.getInt("attempts"),
        row.getInt("attempt_limit"),
        Sql.time(row, "due_at"),
        Sql.time(row, "sent_at"),
        split(row.getString("sent_media_ids")),
        row.getBoolean("post_anyway"),
        row.getString("remote_id"),
        row.getString("remote_url"),
        errorClass == null ? null : ErrorClass.of(errorClass),
        row.getString("error"),
        new Causation(row.getString("trace_parent"), row.getString("idempotency_key")));
  }
}
