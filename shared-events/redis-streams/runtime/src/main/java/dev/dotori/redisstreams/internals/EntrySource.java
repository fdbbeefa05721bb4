package dev.dotori.redisstreams.internals;

import io.vertx.core.Future;
import java.time.Duration;

/**
 * Where a channel's entries come from: how they are read, who may work on them, and what becomes of
 * them when they fail. Called on the channel's event loop only.
 */
interface EntrySource {

  /** Makes what the channel needs in Redis, where it does not exist; before it is connected. */
  Future<Void> prepare();

  /** Begins what happens at intervals. */
  void start();

  void connected();

  void disconnected();

  /** Asks Redis for entries, as far as there is room and nothing was asked for. */
  void fetch();

  /** Whether something was asked for whose answer may bring entries. */
  boolean isFetching();

  /** Whether {@link RedisCommands#read} should be awaiting an answer, while connected. */
  boolean isReadDue();

  /** The next entry that must be alone in its message, or null. */
  StreamEntry nextAlone();

  /** The next entry that may be handed over now, or null. */
  StreamEntry next(long now);

  /** The entry no longer takes room; Redis need not know yet. */
  void letGo(StreamEntry entry);

  /** Lets the entry come again after this time; completes when Redis has noted it. */
  Future<Void> retryAfter(StreamEntry entry, Duration delay);

  /** Makes what nobody has begun available to other consumers at once. */
  Future<Void> giveBack();

  /** Ends what happens at intervals. */
  void close();
}
