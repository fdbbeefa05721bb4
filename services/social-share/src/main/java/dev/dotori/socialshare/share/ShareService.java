package dev.dotori.socialshare.share;

import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemType;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.events.Event;
import dev.dotori.events.MemberClosed;
import dev.dotori.events.PostDeleted;
import dev.dotori.events.PostPublished;
import dev.dotori.events.ShareFailed;
import dev.dotori.events.SharePublished;
import dev.dotori.outbox.Caused;
import dev.dotori.outbox.Outbox;
import dev.dotori.socialshare.SocialShareConfig;
import dev.dotori.socialshare.connection.AuthorizationRequests;
import dev.dotori.socialshare.connection.Connection;
import dev.dotori.socialshare.connection.ConnectionService;
import dev.dotori.socialshare.connection.ConnectionStore;
import dev.dotori.socialshare.network.Network;
import dev.dotori.socialshare.network.SocialNetwork.RemotePost;
import dev.dotori.socialshare.share.Share.Claim;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The rules by which shares come to be, end, and are tried again; each call is one transaction. */
@ApplicationScoped
@Transactional
public class ShareService {

  static final ProblemType SHARE_NOT_RETRYABLE =
      new ProblemType("share-not-retryable", 409, "The share can't be tried again");

  private final ShareStore store;
  private final ConnectionService connections;
  private final ConnectionStore connectionStore;
  private final AuthorizationRequests authorizationRequests;
  private final Outbox outbox;
  private final SocialShareConfig config;

  ShareService(
      ShareStore store,
      ConnectionService connections,
      ConnectionStore connectionStore,
      AuthorizationRequests authorizationRequests,
      Outbox outbox,
      SocialShareConfig config) {
    this.store = store;
    this.connections = connections;
    this.connectionStore = connectionStore;
    this.authorizationRequests = authorizationRequests;
    this.outbox = outbox;
    this.config = config;
  }

  /** Queues a share for each network that the author chose. */
  public void postPublished(Event<PostPublished> event) {
    PostPublished post = event.data();
    if (store.isClosed(post.authorId()) || !store.putPublished(post)) {
      return;
    }
    for (String key : post.shareTo()) {
      Optional<Network> network = Network.of(key);
      if (network.isEmpty()) {
        Log.warnf("Post %s is to be shared to %s, which is not known here", post.postId(), key);
        continue;
      }
      store.queue(event, network.get(), config.dispatch().maxAttempts());
    }
  }

  /** Stops what is not sent yet. What the networks show already stays there. */
  public void postDeleted(PostDeleted post) {
    store.putDeleted(post);
    for (Share share : store.lockQueued(post.postId())) {
      // What may be there is looked at no more, but isn't called failed either.
      if (share.mayBeThere()) {
        continue;
      }
      store.fail(share, ErrorClass.POST_DELETED, "The post was deleted before it was shared");
      sayFailed(share, ErrorClass.POST_DELETED, "The post was deleted before it was shared");
    }
    store.restUnknown(post.postId());
  }

  /** Forgets everything about a member: connections, tokens, posts and shares. */
  public void memberClosed(MemberClosed member) {
    connectionStore.removeAll(member.memberId());
    authorizationRequests.removeAll(member.memberId());
    store.forget(member.memberId(), member.closedAt());
  }

  Optional<Post> post(UUID postId) {
    return store.find(postId);
  }

  /**
   * The shares of a post.
   *
   * @throws ProblemException 404 unless the caller is its author
   */
  public List<Share> of(UUID postId, UUID callerId) {
    store
        .find(postId)
        .filter(post -> post.authorId().equals(callerId))
        .orElseThrow(
            () -> new ProblemException(ProblemTypes.NOT_FOUND, "You have no such published post."));
    return store.of(postId);
  }

  /**
   * Tries a share again at its author's wish, with as many attempts as at first. An uncertain one
   * is looked for once more; where that can't be done it is sent, as the author asks for.
   *
   * @throws ProblemException 404 unless the caller is the author; 409 unless failed or unknown
   */
  public Share retry(UUID shareId, UUID callerId) {
    Share share =
        store
            .lock(shareId)
            .filter(found -> found.authorId().equals(callerId))
            .orElseThrow(
                () -> new ProblemException(ProblemTypes.NOT_FOUND, "You have no such share."));
    if (!share.status().mayBeRetried()) {
      throw new ProblemException(
          SHARE_NOT_RETRYABLE,
          "It is " + share.status().key() + "; only failed or unknown ones are.");
    }
    if (store.find(share.postId()).map(Post::deleted).orElse(true)) {
      throw new ProblemException(SHARE_NOT_RETRYABLE, "Its post was deleted.");
    }
    store.requeue(
        share,
        share.attempts() + config.dispatch().maxAttempts(),
        share.status() == ShareStatus.UNKNOWN);
    return store.lock(shareId).orElseThrow();
  }

  // What the publisher reports. Nothing happens when its claim was lost to another worker.

  List<Claim> claimDue(int limit) {
    return store.claimDue(limit, config.dispatch().lease());
  }

  boolean markSent(Claim claim, List<String> mediaIds) {
    return store.markSent(claim, mediaIds, config.dispatch().lease());
  }

  /** Those of a network's posts that aren't other shares'. */
  Optional<RemotePost> firstFree(Network network, List<RemotePost> found) {
    return found.stream().filter(post -> !store.isTaken(network, post.id())).findFirst();
  }

  void published(Claim claim, RemotePost remote) {
    Share share = claim.share();
    Instant now = Instant.now();
    if (!store.published(claim, remote, now)) {
      Log.warnf("Share %s was published after its lease; another worker will find it", share.id());
      return;
    }
    Post post = store.find(share.postId()).orElseThrow();
    SharePublished event =
        new SharePublished(
            share.id(),
            share.postId(),
            share.authorId(),
            share.network().key(),
            post.storeId(),
            post.purchaseId(),
            remote.id(),
            remote.url().toString(),
            now);
    outbox.addAllCaused(List.of(new Caused(event, share.cause())));
  }

  /** The share goes on at the given time: it was not sent. */
  void queueAgain(Claim claim, Instant dueAt, ErrorClass errorClass, String error) {
    store.release(claim, ShareStatus.QUEUED, dueAt, false, errorClass, error);
  }

  /**
   * The share may be there: it is looked for at the given time, or, without one, at the author's
   * wish.
   */
  void unknown(Claim claim, Instant dueAt, ErrorClass errorClass, String error) {
    store.release(claim, ShareStatus.UNKNOWN, dueAt, true, errorClass, error);
  }

  /** The share is given up: it was not sent. */
  void failed(Claim claim, ErrorClass errorClass, String error) {
    if (store.release(claim, ShareStatus.FAILED, null, false, errorClass, error)) {
      sayFailed(claim.share(), errorClass, error);
    }
  }

  /** The connection doesn't work any more, and so the share is given up, or stays uncertain. */
  void connectionBroken(Claim claim, Connection connection, boolean mayBeThere, String reason) {
    connections.breakOff(connection, reason);
    if (mayBeThere) {
      unknown(claim, null, ErrorClass.CONNECTION_BROKEN, reason);
    } else {
      failed(claim, ErrorClass.CONNECTION_BROKEN, reason);
    }
  }

  private void sayFailed(Share share, ErrorClass errorClass, String error) {
    ShareFailed event =
        new ShareFailed(
            share.id(),
            share.postId(),
            share.authorId(),
            share.network().key(),
            errorClass.key(),
            error,
            Instant.now());
    outbox.addAllCaused(List.of(new Caused(event, share.cause())));
  }
}
