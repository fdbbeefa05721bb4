package dev.dotori.gateway.live;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dotori.events.DomainEvent;
import dev.dotori.events.Event;
import dev.dotori.events.EventCodec;
import dev.dotori.events.MediaReady;
import dev.dotori.events.MediaRejected;
import dev.dotori.events.MediaUploaded;
import dev.dotori.events.PointsDistributed;
import dev.dotori.events.PointsRefunded;
import dev.dotori.events.Portion;
import dev.dotori.events.PurchaseRecorded;
import dev.dotori.events.ShareFailed;
import dev.dotori.events.SharePublished;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A stream whose events are changes of state that members hear of, and what they hear.
 *
 * <p>{@link Positions} name them by their place: with another number of them, ids of the former
 * release are unknown, and members who resume read anew.
 */
enum Source {
  POINTS_DISTRIBUTED(PointsDistributed.class, Source::distributed),
  POINTS_REFUNDED(PointsRefunded.class, Source::refunded),
  MEDIA_READY(MediaReady.class, Source::ready),
  MEDIA_REJECTED(MediaRejected.class, Source::rejected),
  SHARE_PUBLISHED(SharePublished.class, Source::published),
  SHARE_FAILED(ShareFailed.class, Source::failed),
  PURCHASE_RECORDED(PurchaseRecorded.class, Source::recorded),
  MEDIA_UPLOADED(MediaUploaded.class, Source::uploaded);

  /**
   * The order in which streams are read: what follows from another event before what it follows
   * from. So whoever reads the consequence finds the cause when he comes to its stream, and can
   * tell them in their order.
   */
  static final List<List<Source>> CONSEQUENCES_FIRST =
      List.of(
          List.of(POINTS_REFUNDED),
          List.of(POINTS_DISTRIBUTED, MEDIA_READY, MEDIA_REJECTED, SHARE_PUBLISHED, SHARE_FAILED),
          List.of(PURCHASE_RECORDED, MEDIA_UPLOADED));

  private final String stream;
  private final BiFunction<EventCodec, byte[], Optional<Change>> reading;

  <T extends DomainEvent> Source(Class<T> type, Function<T, Optional<Change>> change) {
    this.stream = "dotori:{" + Event.streamOf(type) + "}";
    this.reading = (codec, json) -> change.apply(codec.decode(json, type));
  }

  /**
   * A change of state, as members hear of it.
   *
   * @param members whom it concerns
   * @param kind of what changed: purchase, share or media
   * @param data what they hear
   */
  record Change(Set<UUID> members, String kind, ObjectNode data) {}

  /** The stream's key in Redis. */
  String stream() {
    return stream;
  }

  /**
   * What an event of this stream means to members; empty when nothing.
   *
   * @throws dev.dotori.events.EventFormatException when it is no such event
   */
  Optional<Change> read(EventCodec codec, byte[] json) {
    return reading.apply(codec, json);
  }

  private static Optional<Change> recorded(PurchaseRecorded event) {
    Set<UUID> members = members(event.distribution());
    members.add(event.memberId());
    return Optional.of(
        new Change(members, "purchase", state(event.purchaseId(), "pending", event.recordedAt())));
  }

  /** A bonus changes no purchase's state. */
  private static Optional<Change> distributed(PointsDistributed event) {
    return switch (event.reason()) {
      case PURCHASE ->
          Optional.of(
              new Change(
                  members(event.distribution()),
                  "purchase",
                  state(event.purchaseId(), "distributed", event.distributedAt())));
      case SHARE_BONUS -> Optional.empty();
    };
  }

  /** The event tells of one refund, the purchase how far all of them go. */
  private static Optional<Change> refunded(PointsRefunded event) {
    Set<UUID> members = new HashSet<>();
    event.takenBack().forEach(part -> members.add(part.memberId()));
    return Optional.of(
        new Change(members, "purchase", state(event.purchaseId(), "changed", event.refundedAt())));
  }

  private static Optional<Change> published(SharePublished event) {
    ObjectNode data = state(event.shareId(), "published", event.publishedAt());
    data.put("postId", event.postId().toString());
    data.put("network", event.network());
    data.put("remoteUrl", event.remoteUrl());
    return Optional.of(new Change(Set.of(event.authorId()), "share", data));
  }

  private static Optional<Change> failed(ShareFailed event) {
    ObjectNode data = state(event.shareId(), "failed", event.failedAt());
    data.put("postId", event.postId().toString());
    data.put("network", event.network());
    data.put("errorClass", event.errorClass());
    return Optional.of(new Change(Set.of(event.authorId()), "share", data));
  }

  private static Optional<Change> uploaded(MediaUploaded event) {
    return Optional.of(
        new Change(
            Set.of(event.ownerId()),
            "media",
            state(event.mediaId(), "processing", event.uploadedAt())));
  }

  private static Optional<Change> ready(MediaReady event) {
    return Optional.of(
        new Change(
            Set.of(event.ownerId()), "media", state(event.mediaId(), "ready", event.readyAt())));
  }

  private static Optional<Change> rejected(MediaRejected event) {
    ObjectNode data = state(event.mediaId(), "rejected", event.rejectedAt());
    data.put("reason", event.reason());
    return Optional.of(new Change(Set.of(event.ownerId()), "media", data));
  }

  private static ObjectNode state(UUID id, String status, Instant at) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id.toString())
        .put("status", status)
        .put("at", at.toString());
  }

  private static Set<UUID> members(List<Portion> portions) {
    Set<UUID> members = new HashSet<>();
    portions.forEach(portion -> members.add(portion.memberId()));
    return members;
  }
}
