package dev.dotori.media.sweep;

import dev.dotori.leadership.LeaderOnly;
import dev.dotori.leadership.Leadership;
import dev.dotori.media.MediaConfig;
import dev.dotori.media.announcement.Announcements;
import dev.dotori.media.bucket.Bucket;
import dev.dotori.media.file.Keys;
import dev.dotori.media.file.Manifest;
import dev.dotori.media.file.Manifests;
import dev.dotori.media.file.MediaFiles;
import dev.dotori.media.file.MediaStatus;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Finishes what a crash, or a Redis that was away or lost, left half done. Each round looks at a
 * bounded number of markers, the oldest first. Under Kubernetes one process sweeps, to save calls
 * to S3; elsewhere each does, having no database to agree in: all it does may be done twice.
 */
@ApplicationScoped
class Sweeper {

  private static final Logger LOG = Logger.getLogger(Sweeper.class);

  private static final int AT_ONCE = 500;

  // Longer than a request that has written its marker may take to write the state.
  private static final Duration STATE_SURELY_WRITTEN = Duration.ofHours(1);

  private static final Duration IDEMPOTENCY_KEPT = Duration.ofHours(24);

  private final Bucket bucket;
  private final Manifests manifests;
  private final Announcements announcements;
  private final MediaFiles files;
  private final MediaConfig.Sweep settings;
  private final Leadership leadership;
  private String purgedUpTo;

  @Inject
  Sweeper(
      Bucket bucket,
      Manifests manifests,
      Announcements announcements,
      MediaFiles files,
      MediaConfig config,
      Leadership leadership) {
    this.bucket = bucket;
    this.manifests = manifests;
    this.announcements = announcements;
    this.files = files;
    this.settings = config.sweep();
    this.leadership = leadership;
  }

  @Scheduled(every = "5s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  @LeaderOnly
  void finishWhatIsHalfDone() {
    sweep(Keys.OUTBOX, this::sendUnsent);
    sweep(Keys.UNCHECKED, this::askAgain);
    sweep(Keys.DELETIONS, this::finishDeletion);
  }

  @Scheduled(
      every = "10m",
      delayed = "1m",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  @LeaderOnly
  void forgetWhatIsOver() {
    sweep(Keys.AWAITED, this::forgetAbandoned);
    purgeIdempotencyKeys();
  }

  private void sendUnsent(Bucket.Listed marker) {
    if (age(marker).compareTo(settings.unsentAfter()) < 0) {
      return;
    }
    UUID eventId = Keys.firstId(marker.key(), Keys.OUTBOX);
    boolean cameToBe = announcements.resend(eventId, Keys.lastId(marker.key()));
    if (!cameToBe && age(marker).compareTo(STATE_SURELY_WRITTEN) > 0) {
      bucket.delete(marker.key());
    }
  }

  private void askAgain(Bucket.Listed marker) {
    if (age(marker).compareTo(settings.uncheckedAfter()) < 0) {
      return;
    }
    UUID id = Keys.lastId(marker.key());
    Optional<Manifest> manifest =
        manifests.find(id).filter(found -> found.status() == MediaStatus.PROCESSING);
    if (manifest.isEmpty()) {
      if (age(marker).compareTo(STATE_SURELY_WRITTEN) > 0) {
        bucket.delete(marker.key());
      }
      return;
    }
    // The marker's time is when it was last asked for: the wait doubles, so that a worker who is
    // only slow is not buried under repetitions.
    Duration waited = Duration.between(manifest.get().uploaded().at(), marker.modifiedAt());
    if (age(marker).compareTo(waited) < 0) {
      return;
    }
    bucket.mark(marker.key());
    announcements.resend(manifest.get().uploaded().eventId(), id);
  }

  private void finishDeletion(Bucket.Listed marker) {
    if (age(marker).compareTo(settings.unsentAfter()) >= 0) {
      files.finishDeletion(Keys.lastId(marker.key()));
    }
  }

  private void forgetAbandoned(Bucket.Listed marker) {
    if (age(marker).compareTo(settings.abandonedAfter()) < 0) {
      return;
    }
    UUID id = Keys.lastId(marker.key());
    boolean awaited =
        manifests
            .find(id)
            .filter(manifest -> manifest.status() == MediaStatus.AWAITING_UPLOAD)
            .isPresent();
    if (awaited) {
      files.delete(id);
    }
    bucket.delete(marker.key());
  }

  /** A part of the keys each time, since their names are hashes and tell no age. */
  private void purgeIdempotencyKeys() {
    List<Bucket.Listed> keys = bucket.list(Keys.IDEMPOTENCY, purgedUpTo, AT_ONCE);
    for (Bucket.Listed key : keys) {
      if (age(key).compareTo(IDEMPOTENCY_KEPT) > 0) {
        bucket.delete(key.key());
      }
    }
    purgedUpTo = keys.size() < AT_ONCE ? null : keys.getLast().key();
  }

  // One marker that fails must not keep the others from their turn.
  private void sweep(String prefix, Consumer<Bucket.Listed> work) {
    for (Bucket.Listed marker : bucket.list(prefix, null, AT_ONCE)) {
      if (!leadership.isLeader()) {
        return;
      }
      try {
        work.accept(marker);
      } catch (RuntimeException e) {
        LOG.warnf(e, "%s is swept later", marker.key());
      }
    }
  }

  private static Duration age(Bucket.Listed marker) {
    return Duration.between(marker.modifiedAt(), Instant.now());
  }
}
