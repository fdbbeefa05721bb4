package dev.dotori.outbox;

import dev.dotori.events.MemberClosed;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** A handler as services write it. Members called "bad" cannot be let go. */
@ApplicationScoped
class MembersWhoLeft {

  static final UUID BAD = new UUID(0, 0xBAD);

  private final EventConsumer consumer;
  private final Rows rows;

  MembersWhoLeft(EventConsumer consumer, Rows rows) {
    this.consumer = consumer;
    this.rows = rows;
  }

  @Incoming("member-closed")
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  @RunOnVirtualThread
  CompletionStage<Void> on(Message<List<byte[]>> batch) {
    return consumer.consume(
        batch,
        MemberClosed.class,
        events -> {
          for (var event : events) {
            rows.effect(event.data().memberId());
            if (event.data().memberId().equals(BAD)) {
              throw new PermanentFailureException("this member cannot be let go");
            }
          }
        });
  }
}
