package dev.dotori.points.member;

import dev.dotori.events.Event;
import dev.dotori.events.MemberClosed;
import dev.dotori.events.MemberRegistered;
import dev.dotori.outbox.EventConsumer;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Learns of members; in any order, and as often as an event comes. */
@ApplicationScoped
public class MemberEvents {

  private final EventConsumer consumer;
  private final Members members;

  MemberEvents(EventConsumer consumer, Members members) {
    this.consumer = consumer;
    this.members = members;
  }

  @Incoming("member-registered")
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  @RunOnVirtualThread
  public CompletionStage<Void> registered(Message<List<byte[]>> batch) {
    return consumer.consumeIdempotent(
        batch,
        MemberRegistered.class,
        events -> members.add(events.stream().map(event -> event.data().memberId()).toList()));
  }

  @Incoming("member-closed")
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  @RunOnVirtualThread
  public CompletionStage<Void> closed(Message<List<byte[]>> batch) {
    return consumer.consumeIdempotent(
        batch,
        MemberClosed.class,
        events -> members.close(events.stream().map(Event::data).toList()));
  }
}
