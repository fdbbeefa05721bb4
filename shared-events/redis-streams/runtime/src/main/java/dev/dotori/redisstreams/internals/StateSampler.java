package dev.dotori.redisstreams.internals;

import dev.dotori.redisstreams.internals.GroupLag.Standing;
import dev.dotori.redisstreams.metrics.StreamState;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks Redis how a channel's streams and group stand, and keeps what it said for those who can't
 * wait. All questions are sent at once, and all are cheap: {@link GroupLag} for each stream, and
 * the length of two keys.
 */
final class StateSampler {

  // A sample that failed or is late is not missed at once.
  private static final int INTERVALS_BELIEVED = 3;

  private final IncomingSettings settings;
  private final RedisCommands commands;
  private boolean sampling;

  /** Read by other threads. */
  private volatile Sample latest;

  private record Sample(StreamState state, long takenAt) {}

  StateSampler(IncomingSettings settings, RedisCommands commands) {
    this.settings = settings;
    this.commands = commands;
  }

  /** Samples for {@link #latest}, unless the last answer is still awaited. */
  void sample() {
    if (sampling) {
      return;
    }
    sampling = true;
    ask()
        .onComplete(answer -> {
          sampling = false;
          if (answer.succeeded()) {
            latest = new Sample(answer.result(), System.nanoTime());
          } else {
            commands.refusedQuietly("asking for the stream's state", answer.cause());
          }
        });
  }

  /** What was sampled last, if that was recently enough; on any thread. */
  Optional<StreamState> latest() {
    Sample sample = latest;
    Duration believed = settings.metricsInterval().multipliedBy(INTERVALS_BELIEVED);
    return sample == null || System.nanoTime() - sample.takenAt > believed.toNanos()
        ? Optional.empty()
        : Optional.of(sample.state);
  }

  /** Asks now. On the channel's event loop. */
  Future<StreamState> ask() {
    Future<Standing> stream = standing(settings.stream());
    Future<Standing> retries = standing(settings.retryStream());
    Future<Response> delayed = commands.send(Request.cmd(Command.ZCARD).arg(settings.delayedSet()));
    Future<Response> deadLetters =
        commands.send(Request.cmd(Command.XLEN).arg(settings.deadLetterStream()));
    return Future.all(stream, retries, delayed, deadLetters)
        .map(all ->
            state(
                stream.result(),
                retries.result(),
                delayed.result().toLong(),
                deadLetters.result().toLong()));
  }

  private Future<Standing> standing(String stream) {
    return commands.send(GroupLag.ask(stream, settings.group())).map(Standing::of);
  }

  private static StreamState state(
      Standing stream, Standing retries, long delayed, long deadLetters) {
    return new StreamState(
        stream.length(),
        stream.lag() + retries.lag(),
        stream.exact() && retries.exact(),
        stream.pending() + retries.pending(),
        Math.max(stream.oldestPendingMillis(), retries.oldestPendingMillis()),
        delayed,
        deadLetters);
  }
}
