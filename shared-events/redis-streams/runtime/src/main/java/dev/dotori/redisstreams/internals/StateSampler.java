package dev.dotori.redisstreams.internals;

import dev.dotori.redisstreams.internals.GroupLag.Standing;
import dev.dotori.redisstreams.metrics.StreamState;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Asks Redis how a channel's streams and group stand, and keeps what it said for those who can't
 * wait. All questions are sent at once, two for each partition and few others, and all are cheap:
 * {@link GroupLag}, and the sizes of keys. On the channel's event loop.
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

  /** Asks now. */
  Future<StreamState> ask() {
    Future<Response> deadLetters = size(Command.XLEN, settings.deadLetterStream());
    return settings.partitions() == Partitions.NONE
        ? askShared(deadLetters)
        : askPartitioned(deadLetters);
  }

  private Future<StreamState> askShared(Future<Response> deadLetters) {
    Future<Standing> stream = standing(settings.stream());
    Future<Standing> retries = standing(settings.retryStream());
    Future<Response> delayed = size(Command.ZCARD, settings.delayedSet());
    return Future.all(stream, retries, delayed, deadLetters)
        .map(all ->
            state(
                stream.result().length(),
                stream.result().and(retries.result()),
                delayed.result().toLong(),
                deadLetters.result().toLong()));
  }

  private Future<StreamState> askPartitioned(Future<Response> deadLetters) {
    List<String> streams =
        IntStream.range(0, settings.partitions())
            .mapToObj(partition -> Partitions.stream(settings.stream(), partition))
            .toList();
    List<Future<Standing>> standings = streams.stream().map(this::standing).toList();
    List<Future<Response>> failed =
        streams.stream().map(stream -> size(Command.HLEN, settings.failedEntries(stream))).toList();
    return Future.all(Future.all(standings), Future.all(failed), deadLetters)
        .map(all -> {
          Standing standing =
              standings.stream().map(Future::result).reduce(Standing::and).orElseThrow();
          long delayed = failed.stream().mapToLong(each -> each.result().toLong()).sum();
          return state(standing.length(), standing, delayed, deadLetters.result().toLong());
        });
  }

  private Future<Standing> standing(String stream) {
    return commands.send(GroupLag.ask(stream, settings.group())).map(Standing::of);
  }

  private Future<Response> size(Command command, String key) {
    return commands.send(Request.cmd(command).arg(key));
  }

  private static StreamState state(long length, Standing standing, long delayed, long deadLetters) {
    return new StreamState(
        length,
        standing.lag(),
        standing.exact(),
        standing.pending(),
        standing.oldestPendingMillis(),
        delayed,
        deadLetters);
  }
}
