package dev.dotori.redisstreams.internals;

import io.vertx.redis.client.Request;
import java.util.concurrent.TimeUnit;

/** Moves entries whose delay is over from the sorted set in which they wait to a stream. */
final class DelayedEntries {

  private static final int MOVES_PER_SCRIPT = 100;
  private static final long LONGEST_DELAY_MS = 1_000;

  private final IncomingRedisStreamsChannel channel;
  private final String delayed;
  private final String stream;
  private long timer = -1;
  private long at;
  private boolean moving;

  DelayedEntries(IncomingRedisStreamsChannel channel, String delayed, String stream) {
    this.channel = channel;
    this.delayed = delayed;
    this.stream = stream;
  }

  /** Looks for due entries after this time, or sooner: another consumer may have added some. */
  void dueIn(long millis) {
    if (!channel.isRunning()) {
      return;
    }
    long wait = Math.clamp(millis, 1, LONGEST_DELAY_MS);
    long then = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(wait);
    if (timer >= 0) {
      if (at - then <= 0) {
        return;
      }
      channel.vertx().cancelTimer(timer);
    }
    at = then;
    timer =
        channel
            .vertx()
            .setTimer(
                wait,
                id -> {
                  timer = -1;
                  move();
                });
  }

  private void move() {
    RedisCommands commands = channel.commands();
    if (moving || !commands.isConnected() || !channel.isRunning()) {
      return;
    }
    moving = true;
    Request request = Scripts.moveDue(delayed, stream, MOVES_PER_SCRIPT);
    commands.onAnswer(
        commands.send(request),
        answer -> {
          moving = false;
          if (answer.failed()) {
            commands.refused("moving entries that are due", answer.cause(), () -> dueIn(0));
            return;
          }
          long next = answer.result().get(1).toLong();
          dueIn(next < 0 ? LONGEST_DELAY_MS : next);
        });
  }

  void disconnected() {
    moving = false;
  }

  void close() {
    if (timer >= 0) {
      channel.vertx().cancelTimer(timer);
    }
  }
}
