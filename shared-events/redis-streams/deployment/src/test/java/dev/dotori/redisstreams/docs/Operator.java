package dev.dotori.redisstreams.docs;

import dev.dotori.redisstreams.admin.DeadLetter;
import dev.dotori.redisstreams.admin.DeadLetterFilter;
import dev.dotori.redisstreams.admin.RedisStreamsAdmin;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

@ApplicationScoped
public class Operator {

  // region admin
  @Inject RedisStreamsAdmin admin;

  List<DeadLetter> newest() {
    return admin
        .deadLetters("returns")
        .list(DeadLetterFilter.all().since(Instant.now().minus(Duration.ofHours(1))))
        .collect()
        .asList()
        .await()
        .indefinitely();
  }

  long replayWhatTheNetworkBroke() {
    return admin
        .deadLetters("returns")
        .replay(DeadLetterFilter.all().exception("java.net.ConnectException"))
        .collect()
        .last() // those before tell the progress
        .await()
        .indefinitely()
        .done();
  }

  boolean drop(String id) {
    return admin.deadLetters("returns").drop(id).await().indefinitely();
  }
  // endregion
}
