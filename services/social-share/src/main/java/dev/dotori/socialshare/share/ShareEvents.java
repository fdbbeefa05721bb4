package dev.dotori.socialshare.share;

import dev.dotori.events.MemberClosed;
import dev.dotori.events.PostDeleted;
import dev.dotori.events.PostPublished;
import dev.dotori.outbox.EventConsumer;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** What social-share hears of the other services. */
@ApplicationScoped
class ShareEvents {

  private final EventConsumer consumer;
  private final ShareService shares;
  private final ShareDispatcher dispatcher;

  ShareEvents(EventConsumer consumer, ShareService shares, ShareDispatcher dispatcher) {
    this.consumer = consumer;
    this.shares = shares;
    this.dispatcher = dispatcher;
  }

  @Incoming("post-published")
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  @RunOnVirtualThread
  CompletionStage<Void> onPostPublished(Message<List<byte[]>> batch) {
    return consumer
        .consume(batch, PostPublished.class, events -> events.forEach(shares::postPublished))
        .thenRun(dispatcher::wake);
  }

  @Incoming("post-deleted")
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  @RunOnVirtualThread
  CompletionStage<Void> onPostDeleted(Message<List<byte[]>> batch) {
    return consumer.consume(
        batch,
        PostDeleted.class,
        events -> events.forEach(event -> shares.postDeleted(event.data())));
  }

  @Incoming("member-closed")
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  @RunOnVirtualThread
  CompletionStage<Void> onMemberClosed(Message<List<byte[]>> batch) {
    return consumer.consume(
        batch,
        MemberClosed.class,
        events -> events.forEach(event -> shares.memberClosed(event.data())));
  }
}
