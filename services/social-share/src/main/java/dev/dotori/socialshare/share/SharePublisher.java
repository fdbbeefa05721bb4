package dev.dotori.socialshare.share;

import dev.dotori.socialshare.SocialShareConfig;
import dev.dotori.socialshare.connection.Connection;
import dev.dotori.socialshare.connection.ConnectionService;
import dev.dotori.socialshare.media.Pictures;
import dev.dotori.socialshare.media.Pictures.MediaException;
import dev.dotori.socialshare.network.NetworkException;
import dev.dotori.socialshare.network.Networks;
import dev.dotori.socialshare.network.SocialNetwork;
import dev.dotori.socialshare.network.SocialNetwork.RemotePost;
import dev.dotori.socialshare.share.Share.Claim;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes one attempt at a share.
 *
 * <p>A network shows a post at most once for it. The one request that makes it visible is preceded
 * by a committed note that it is about to be sent. Whoever comes upon that note, after a crash or
 * an answer that didn't come, looks for the post on the network before it is sent again; and where
 * the network doesn't let us look, the author decides.
 */
@ApplicationScoped
class SharePublisher {

  /** Clocks differ: how much earlier than our note the network may date the post. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private final ShareService shares;
  private final ConnectionService connections;
  private final Networks networks;
  private final Pictures pictures;
  private final Backoff backoff;
  private final SocialShareConfig config;

  SharePublisher(
      ShareService shares,
      ConnectionService connections,
      Networks networks,
      Pictures pictures,
      Backoff backoff,
      SocialShareConfig config) {
    this.shares = shares;
    this.connections = connections;
    this.networks = networks;
    this.pictures = pictures;
    this.backoff = backoff;
    this.config = config;
  }

  /** Makes the attempt, and reports what it came to. */
  void attempt(Claim claim) {
    Share share = claim.share();
    if (share.attempts() > share.attemptLimit()) {
      // Only workers that died with it got it this far: others give up at the limit.
      giveUp(claim, ErrorClass.INTERNAL, "No worker lived through an attempt");
      return;
    }
    try {
      publish(claim);
    } catch (HinderedException e) {
      giveUp(claim, e.obstacle.errorClass(), e.obstacle.detail());
    } catch (MediaException e) {
      settle(claim, e);
    } catch (RuntimeException e) {
      Log.errorf(e, "An attempt at share %s failed for a reason of our own", share.id());
      tryLater(claim, null, ErrorClass.INTERNAL, "An error of our own");
    }
  }

  private void publish(Claim claim) {
    Share share = claim.share();
    Post post =
        shares
            .post(share.postId())
            .filter(found -> !found.deleted())
            .orElseThrow(() -> new HinderedException(Obstacle.POST_DELETED));
    SocialNetwork network =
        networks
            .find(share.network())
            .orElseThrow(() -> new HinderedException(Obstacle.NETWORK_NOT_OFFERED));
    Connection connection =
        connections
            .find(share.authorId(), share.network())
            .orElseThrow(() -> new HinderedException(Obstacle.NOT_CONNECTED));
    requireNone(Obstacle.of(connection));
    requireNone(Obstacle.of(network, post.text(), post.mediaIds()).stream().findFirst());
    Attempt attempt = new Attempt(claim, post, network, connection);
    try {
      if (share.mayBeThere() && isSettled(attempt)) {
        return;
      }
      List<String> mediaIds = upload(attempt);
      if (shares.markSent(claim, mediaIds)) {
        send(attempt, mediaIds);
      } else if (shares.post(share.postId()).map(Post::deleted).orElse(true)) {
        giveUp(claim, Obstacle.POST_DELETED.errorClass(), Obstacle.POST_DELETED.detail());
      } else {
        Log.infof("Share %s belongs to another worker by now", share.id());
      }
    } catch (NetworkException e) {
      settle(attempt, e);
    }
  }

  /** What an attempt works with. */
  private record Attempt(Claim claim, Post post, SocialNetwork network, Connection connection) {
    Share share() {
      return claim.share();
    }
  }

  /** Ends an attempt at something that no further attempt removes. */
  private static final class HinderedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Obstacle obstacle;

    HinderedException(Obstacle obstacle) {
      super(obstacle.detail());
      this.obstacle = obstacle;
    }
  }

  private static void requireNone(Optional<Obstacle> obstacle) {
    obstacle.ifPresent(it -> {
      throw new HinderedException(it);
    });
  }

  /**
   * Looks on the network for what an earlier attempt may have left there.
   *
   * @return true when the attempt ends here: the post was found, or can't be looked for
   */
  private boolean isSettled(Attempt attempt) {
    Share share = attempt.share();
    List<RemotePost> found;
    try {
      found =
          connections.call(
              attempt.connection(),
              token ->
                  attempt
                      .network()
                      .find(
                          attempt.connection().account(),
                          token,
                          attempt.post().text(),
                          share.sentMediaIds(),
                          share.sentAt().minus(CLOCK_SKEW)));
    } catch (NetworkException e) {
      if (e.kind() != NetworkException.Kind.REFUSED) {
        throw e;
      }
      if (share.postAnyway()) {
        return false;
      }
      shares.unknown(
          attempt.claim(),
          null,
          ErrorClass.CANNOT_LOOK_UP,
          "It may be there, and the network doesn't let us look: " + e.getMessage());
      return true;
    }
    Optional<RemotePost> ours = shares.firstFree(share.network(), found);
    ours.ifPresent(post -> shares.published(attempt.claim(), post));
    return ours.isPresent();
  }

  private List<String> upload(Attempt attempt) {
    List<String> mediaIds = new ArrayList<>();
    for (var mediaId : attempt.post().mediaIds()) {
      try (Pictures.Fetched fetched =
          pictures.fetch(mediaId, attempt.post().authorId(), attempt.network().limits())) {
        mediaIds.add(
            connections.call(
                attempt.connection(),
                token ->
                    attempt
                        .network()
                        .upload(attempt.connection().account(), token, fetched.picture())));
      }
    }
    return mediaIds;
  }

  /** The request that makes the post visible, and what its answer means. */
  private void send(Attempt attempt, List<String> mediaIds) {
    Claim claim = attempt.claim();
    RemotePost remote;
    try {
      remote =
          connections.call(
              attempt.connection(),
              token ->
                  attempt
                      .network()
                      .publish(
                          attempt.connection().account(), token, attempt.post().text(), mediaIds));
    } catch (NetworkException e) {
      switch (e.kind()) {
        case UNANSWERED -> lookLater(claim, e);
        case DUPLICATE -> duplicate(attempt, e);
        case UNREACHABLE -> later(claim, false, e.notBefore(), ErrorClass.UNAVAILABLE, e);
        case THROTTLED -> later(claim, false, e.notBefore(), ErrorClass.RATE_LIMITED, e);
        case TOKEN_REJECTED ->
            shares.connectionBroken(claim, attempt.connection(), false, e.getMessage());
        case REFUSED -> shares.failed(claim, ErrorClass.REFUSED, e.getMessage());
      }
      return;
    }
    shares.published(claim, remote);
  }

  /** After an uncertain attempt it is most likely our own post that just wasn't shown yet. */
  private void duplicate(Attempt attempt, NetworkException e) {
    if (attempt.share().mayBeThere()) {
      lookLater(attempt.claim(), e);
    } else {
      shares.failed(attempt.claim(), ErrorClass.DUPLICATE, e.getMessage());
    }
  }

  private void lookLater(Claim claim, NetworkException e) {
    Instant settled = Instant.now().plus(config.dispatch().settleTime());
    later(claim, true, settled, ErrorClass.NO_ANSWER, e);
  }

  /** A network's refusal before the post was sent by this attempt. */
  private void settle(Attempt attempt, NetworkException e) {
    Claim claim = attempt.claim();
    boolean mayBeThere = attempt.share().mayBeThere();
    switch (e.kind()) {
      case UNREACHABLE, UNANSWERED ->
          later(claim, mayBeThere, e.notBefore(), ErrorClass.UNAVAILABLE, e);
      case THROTTLED -> later(claim, mayBeThere, e.notBefore(), ErrorClass.RATE_LIMITED, e);
      case TOKEN_REJECTED ->
          shares.connectionBroken(claim, attempt.connection(), mayBeThere, e.getMessage());
      case REFUSED, DUPLICATE -> giveUp(claim, ErrorClass.REFUSED, e.getMessage());
    }
  }

  private void settle(Claim claim, MediaException e) {
    Obstacle obstacle = Obstacle.of(e);
    if (e.kind() == MediaException.Kind.SERVICE_DOWN) {
      tryLater(claim, null, obstacle.errorClass(), obstacle.detail());
    } else {
      giveUp(claim, obstacle.errorClass(), obstacle.detail());
    }
  }

  private void tryLater(Claim claim, Instant notBefore, ErrorClass errorClass, String error) {
    later(claim, claim.share().mayBeThere(), notBefore, errorClass, error);
  }

  private void later(
      Claim claim,
      boolean mayBeThere,
      Instant notBefore,
      ErrorClass errorClass,
      NetworkException e) {
    later(claim, mayBeThere, notBefore, errorClass, e.getMessage());
  }

  private void later(
      Claim claim, boolean mayBeThere, Instant notBefore, ErrorClass errorClass, String error) {
    boolean last = claim.share().attempts() >= claim.share().attemptLimit();
    Instant dueAt = last ? null : backoff.next(claim.share(), notBefore);
    if (mayBeThere) {
      shares.unknown(claim, dueAt, errorClass, error);
    } else if (last) {
      shares.failed(claim, errorClass, error);
    } else {
      shares.queueAgain(claim, dueAt, errorClass, error);
    }
  }

  /** What may be there is never called failed. */
  private void giveUp(Claim claim, ErrorClass errorClass, String error) {
    if (claim.share().mayBeThere()) {
      shares.unknown(claim, null, errorClass, error);
    } else {
      shares.failed(claim, errorClass, error);
    }
  }
}
