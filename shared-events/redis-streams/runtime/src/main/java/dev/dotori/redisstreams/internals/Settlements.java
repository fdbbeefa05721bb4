package dev.dotori.redisstreams.internals;

import static dev.dotori.redisstreams.i18n.RedisStreamsLogging.log;

import dev.dotori.redisstreams.PermanentFailureException;
import dev.dotori.redisstreams.fault.RedisStreamsFailureHandler;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** How failed entries end, as their channel's failure strategy decides. */
final class Settlements {

  private final IncomingRedisStreamsChannel channel;
  private final RedisStreamsFailureHandler strategy;

  Settlements(IncomingRedisStreamsChannel channel, RedisStreamsFailureHandler strategy) {
    this.channel = channel;
    this.strategy = strategy;
  }

  /** Lets the strategy decide about an entry; {@code done} completes when it is settled. */
  void failed(StreamEntry entry, Throwable reason, CompletableFuture<Void> done) {
    channel.metrics().nacked();
    if (entry.lost) {
      // Whoever has it now decides about it.
      channel.release(entry);
      done.complete(null);
      return;
    }
    CompletionStage<Void> handled;
    try {
      handled = strategy.handle(entry, reason, new Outcome(entry, reason));
    } catch (RuntimeException e) {
      log.unexpected(channel.settings().channel(), e);
      handled = new Outcome(entry, reason).deadLetter();
    }
    handled.whenComplete((ok, failure) -> {
      if (failure == null) {
        done.complete(null);
      } else {
        done.completeExceptionally(failure);
      }
    });
  }

  /** Ends an entry that no consumer survived. */
  void deadLetterPoison(StreamEntry entry) {
    new Outcome(
            entry,
            new PermanentFailureException(
                "delivered %d times, and no consumer answered".formatted(entry.deliveryCount())))
        .deadLetter();
  }

  /** Runs a script that settles an entry until Redis has answered it. */
  Future<Void> settle(StreamEntry entry, Supplier<Request> script, String what) {
    return channel
        .commands()
        .sendUntilAnswered(script, what)
        .map(settled -> {
          channel.release(entry);
          return null;
        });
  }

  /** Adds the entry's own fields and values. */
  static Request withFieldsOf(StreamEntry entry, Request request) {
    Response fields = entry.fieldsAndValues();
    for (int i = entry.firstField(); i < fields.size(); i++) {
      request.arg(fields.get(i).toBuffer());
    }
    return request;
  }

  /** How one failed entry ends. */
  private final class Outcome implements RedisStreamsFailureHandler.Outcome {
    private final StreamEntry entry;
    private final Throwable reason;

    Outcome(StreamEntry entry, Throwable reason) {
      this.entry = entry;
      this.reason = reason;
    }

    @Override
    public CompletionStage<Void> acknowledge() {
      channel.acknowledged(entry);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> retryAfter(Duration delay) {
      channel.metrics().retried();
      return channel
          .source()
          .retryAfter(entry, delay.isNegative() ? Duration.ZERO : delay)
          .toCompletionStage();
    }

    @Override
    public CompletionStage<Void> deadLetter() {
      log.deadLettered(
          entry.id(), entry.stream(), entry.group(), entry.deliveryCount(), String.valueOf(reason));
      channel.metrics().deadLettered();
      IncomingSettings settings = channel.settings();
      Instant now = Instant.now();
      return settle(
              entry,
              () -> {
                Request request =
                    withFieldsOf(
                        entry,
                        Scripts.deadLetter(
                            entry.source(),
                            settings.deadLetterStream(),
                            settings.group(),
                            settings.consumer(),
                            entry.sourceId()));
                DeadLetter.describe(entry, reason, now, request);
                return request;
              },
              "adding a dead letter")
          .toCompletionStage();
    }

    @Override
    public CompletionStage<Void> fail() {
      log.failed(entry.id(), entry.stream(), entry.group(), channel.settings().channel(), reason);
      channel.stop(reason);
      // No longer renewed, so that another consumer gets it when its lease ends.
      channel.release(entry);
      return CompletableFuture.completedFuture(null);
    }
  }
}
