package dev.dotori.media.announcement;

import dev.dotori.events.DomainEvent;
import dev.dotori.events.Event;
import dev.dotori.media.bucket.Bucket;
import dev.dotori.media.file.Announcement;
import dev.dotori.media.file.Keys;
import dev.dotori.media.file.Manifest;
import dev.dotori.media.file.Manifests;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jboss.logging.Logger;

/**
 * The outbox of a service without a database.
 *
 * <p>An event is nothing but a manifest's state, told. Its id and time are written with that state,
 * in the same object, so the fact and its event come to be in one step. A marker object, written
 * before, leads the sweeper to events that a crash left unsent; it is removed when the event was
 * sent. A marker whose event never came to be is removed later. So an event is sent at least once
 * if its state was written, and never otherwise; repetitions have the same id.
 */
@ApplicationScoped
public class Announcements {

  private static final Logger LOG = Logger.getLogger(Announcements.class);

  private final Manifests manifests;
  private final Bucket bucket;
  private final EventSender sender;

  @Inject
  Announcements(Manifests manifests, Bucket bucket, EventSender sender) {
    this.manifests = manifests;
    this.bucket = bucket;
    this.sender = sender;
  }

  /**
   * Changes a manifest and tells it.
   *
   * @param causation what the event will say it was caused by
   * @param change as in {@link Manifests#change}; what it makes must carry the announcement
   * @return the change, once it is written: the event is sent meanwhile, or by the sweeper
   */
  public Optional<Manifests.Change> change(
      UUID mediaId, Causation causation, BiFunction<Manifest, Announcement, Manifest> change) {
    Announcement announcement = causation.announce();
    String marker = Keys.unsent(announcement.eventId(), mediaId);
    bucket.mark(marker);
    Optional<Manifests.Change> changed =
        manifests.change(mediaId, before -> change.apply(before, announcement));
    if (changed.isEmpty() || !changed.get().happened()) {
      bucket.delete(marker);
      return changed;
    }
    send(changed.get().after(), announcement.eventId());
    return changed;
  }

  /**
   * Sends the event again whose marker was found.
   *
   * @return whether the event came to be; its marker is removed when it has been sent
   */
  public boolean resend(UUID eventId, UUID mediaId) {
    Optional<Manifest> manifest = manifests.findAny(mediaId);
    if (manifest.isEmpty() || manifest.get().event(eventId).isEmpty()) {
      return false;
    }
    send(manifest.get(), eventId);
    return true;
  }

  private void send(Manifest manifest, UUID eventId) {
    Announcement announcement = manifest.announcement(eventId).orElseThrow();
    DomainEvent data = manifest.event(eventId).orElseThrow();
    CompletionStage<Void> sent =
        sender.send(
            new Event<>(
                eventId,
                announcement.at(),
                announcement.traceParent(),
                announcement.idempotencyKey(),
                data));
    String marker = Keys.unsent(eventId, manifest.id());
    sent.whenComplete((done, failure) -> {
      if (failure == null) {
        Thread.startVirtualThread(() -> removeQuietly(marker));
      } else {
        LOG.warnf("event %s of %s is sent later: %s", eventId, manifest.id(), failure);
      }
    });
  }

  // It stays and leads to a repetition, which consumers tell by its id.
  private void removeQuietly(String marker) {
    try {
      bucket.delete(marker);
    } catch (RuntimeException e) {
      LOG.warnf("the marker %s is removed later: %s", marker, e);
    }
  }
}
