package dev.dotori.posting.post;

import dev.dotori.events.DomainEvent;
import dev.dotori.events.Event;
import dev.dotori.events.MediaReady;
import dev.dotori.events.MediaRejected;
import dev.dotori.events.MemberClosed;
import dev.dotori.outbox.Causation;
import dev.dotori.outbox.EventConsumer;
import dev.dotori.posting.media.MediaState;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * What posts learn from other services. All of it may be told twice: a state that is known changes
 * nothing, and a post's status says whether it was published.
 */
@ApplicationScoped
class PostingHandlers {

  private final EventConsumer events;
  private final Publishing publishing;
  private final Writing writing;

  @Inject
  PostingHandlers(EventConsumer events, Publishing publishing, Writing writing) {
    this.events = events;
    this.publishing = publishing;
    this.writing = writing;
  }

  @Incoming("media-ready")
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  @RunOnVirtualThread
  CompletionStage<Void> onReady(Message<List<byte[]>> batch) {
    return events.consumeIdempotent(
        batch,
        MediaReady.class,
        ready ->
            changed(
                ready,
                media ->
                    new MediaState(
                        media.mediaId(), media.ownerId(), MediaState.Status.READY, null)));
  }

  @Incoming("media-rejected")
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  @RunOnVirtualThread
  CompletionStage<Void> onRejected(Message<List<byte[]>> batch) {
    return events.consumeIdempotent(
        batch,
        MediaRejected.class,
        rejected ->
            changed(
                rejected,
                media ->
                    new MediaState(
                        media.mediaId(),
                        media.ownerId(),
                        MediaState.Status.REJECTED,
                        media.reason())));
  }

  @Incoming("member-closed")
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  @RunOnVirtualThread
  CompletionStage<Void> onClosed(Message<List<byte[]>> batch) {
    return events.consumeIdempotent(
        batch,
        MemberClosed.class,
        closed -> {
          for (Event<MemberClosed> event : closed) {
            writing.close(event.data().memberId(), event.data().closedAt());
          }
        });
  }

  private <T extends DomainEvent> void changed(List<Event<T>> heard, Function<T, MediaState> state)
      throws SQLException {
    Map<UUID, Causation> causes = new HashMap<>();
    List<MediaState> changes =
        heard.stream()
            .map(event -> {
              MediaState change = state.apply(event.data());
              causes.put(change.mediaId(), Causation.of(event));
              return change;
            })
            .toList();
    publishing.mediaChanged(changes, causes);
  }
}
