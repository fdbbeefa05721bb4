package dev.dotori.redisstreams.docs;

import dev.dotori.redisstreams.OutgoingRedisStreamMetadata;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.OutgoingMessageMetadata;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;

@ApplicationScoped
public class Publishing {

  // region emitter
  @Inject
  @Channel("placed")
  MutinyEmitter<Order> placed;

  public void place(Order order) {
    placed.sendAndAwait(order); // returns when Redis has it, throws if it was not taken
  }

  // endregion

  // region metadata
  public String placeNoted(Order order) {
    OutgoingMessageMetadata<String> result = new OutgoingMessageMetadata<>();
    placed.sendMessageAndAwait(
        Message.of(order)
            .addMetadata(result)
            .addMetadata(
                OutgoingRedisStreamMetadata.create()
                    .withStream("shop:{placed}:" + order.customer())
                    .withField("shop", "Oak Street")));
    return result.getResult(); // the entry's id
  }

  // endregion

  @Inject
  @Channel("charges")
  MutinyEmitter<Order> charges;

  // region key
  public void charge(Order order) {
    charges.sendMessageAndAwait(
        Message.of(order)
            .addMetadata(OutgoingRedisStreamMetadata.create().withKey(order.customer())));
  }

  // endregion

  @Inject
  @Channel("announced")
  MutinyEmitter<Order> announced;

  // region once
  public void announceOnce(Order order) {
    announced.sendMessageAndAwait(
        Message.of(order).addMetadata(OutgoingRedisStreamMetadata.create().withId(order.id())));
  }

  // endregion

  // region later
  public void remindLater(Order order) {
    placed.sendMessageAndAwait(
        Message.of(order)
            .addMetadata(OutgoingRedisStreamMetadata.create().withDelay(Duration.ofHours(2))));
  }

  // endregion

  // region event
  public void announce(Order order) {
    announced.sendMessageAndAwait(
        Message.of(order)
            .addMetadata(
                OutgoingCloudEventMetadata.builder()
                    .withId(order.id())
                    .withType("order.placed.v1")
                    .withSource(URI.create("/shop"))
                    .withSubject(order.customer())
                    .build()));
  }
  // endregion
}
