package dev.dotori.redisstreams.internals;

import static dev.dotori.redisstreams.i18n.RedisStreamsLogging.log;

import dev.dotori.redisstreams.internals.Partition.Phase;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A stream in partitions, each of which belongs to one live consumer of the group at a time, so
 * that entries with one key are handled strictly in order.
 *
 * <p>A consumer holds its partitions by a lease that it renews ({@link PartitionScripts}); one that
 * dies, or is cut off, loses them when it ends. The next owner first takes over what is pending, in
 * the stream's order, and only then reads on. Reading is one step with asking whether the lease is
 * still held: a consumer that was paused can't take entries that its successor would then pass by.
 * For the same reason waiting for entries is apart from reading them.
 *
 * <p>A failed entry keeps its place and stays pending; that it failed, and when it is due again, is
 * noted beside the stream. The next entries of its key wait behind it.
 */
final class PartitionedStream implements EntrySource {

  private static final int IDS_PER_SCRIPT = 100;

  private final IncomingRedisStreamsChannel channel;
  private final IncomingSettings settings;
  private final RedisCommands commands;
  private final InFlight inFlight;
  private final ConsumerGroups groups;
  private final Suspects suspects;
  private final Maintenance maintenance;
  private final List<StreamSource> streams;
  private final long leaseNanos;

  /** The consumer's partitions, and former ones of which it still has work. */
  private final Map<Integer, Partition> turns = new TreeMap<>();

  /** Entries that may be handed over: the first of their keys. Some may be released meanwhile. */
  private final Deque<StreamEntry> ready = new ArrayDeque<>();

  private final List<Long> timers = new ArrayList<>();
  private boolean balancing;
  private boolean balanceAgain;
  private boolean reading;
  private boolean waiting;
  private boolean waitEnding;
  private boolean recoverDue;
  private int recovering;
  private int nextRead;

  PartitionedStream(IncomingRedisStreamsChannel channel) {
    this.channel = channel;
    this.settings = channel.settings();
    this.commands = channel.commands();
    this.inFlight = channel.inFlight();
    this.groups = new ConsumerGroups(channel);
    this.suspects = new Suspects(channel);
    this.maintenance = new Maintenance(channel);
    this.leaseNanos = settings.lease().toNanos();
    this.streams =
        IntStream.range(0, settings.partitions())
            .mapToObj(p -> StreamSource.of(Partitions.stream(settings.stream(), p)))
            .toList();
  }

  // ---- life

  @Override
  public Future<Void> prepare() {
    return Partitions.agree(commands::sendWhilePreparing, settings.stream(), settings.partitions())
        .compose(agreed -> groups.make(streams))
        .map(again -> {
          if (again) {
            turns.values().forEach(Partition::recoverAll);
            recoverDue = true;
          }
          return null;
        });
  }

  @Override
  public void start() {
    Duration renewal = settings.lease().dividedBy(6);
    Duration search = settings.claimInterval();
    timers.add(channel.every(renewal.compareTo(search) < 0 ? renewal : search, this::balance));
    timers.add(channel.every(settings.maintenanceInterval(), this::maintain));
  }

  private void maintain() {
    if (!channel.isRunning()) {
      return;
    }
    for (Partition each : turns.values()) {
      if (each.phase == Phase.READING) {
        maintenance.trim(each.source().key());
        maintenance.removeGoneConsumers(each.source().key());
      }
    }
  }

  @Override
  public void connected() {
    for (Partition each : turns.values()) {
      if (each.phase == Phase.READING || each.phase == Phase.RECOVERING) {
        each.scheduled.start();
      }
    }
    balance();
  }

  @Override
  public void disconnected() {
    balancing = false;
    balanceAgain = false;
    reading = false;
    waiting = false;
    waitEnding = false;
    recovering = 0;
    inFlight.unreserveAll();
    suspects.disconnected();
    for (Partition each : turns.values()) {
      each.waitedFor = false;
      each.scheduled.stop();
      // A read whose answer was lost has made entries this consumer's that it does not know of.
      each.recoverAgain();
    }
    recoverDue = true;
  }

  @Override
  public void close() {
    timers.forEach(channel.vertx()::cancelTimer);
    timers.clear();
    turns.values().forEach(each -> each.scheduled.stop());
  }

  // ---- who has which partition

  /** Renews what this consumer has, and takes or leaves partitions until it has its share. */
  private void balance() {
    if (balancing) {
      balanceAgain = true;
      return;
    }
    if (!commands.isConnected()) {
      return;
    }
    balancing = true;
    balanceAgain = false;
    long sent = System.nanoTime();
    commands.onAnswer(
        commands.send(PartitionScripts.balance(settings, channel.isRunning(), turns.values())),
        answer -> {
          balancing = false;
          if (answer.failed()) {
            commands.refused("balancing partitions", answer.cause(), this::balance);
          } else {
            balanced(answer.result(), sent);
            if (balanceAgain) {
              balance();
            }
          }
          channel.wake();
        });
  }

  private void balanced(Response answer, long sent) {
    int share = answer.get(0).toInteger();
    Map<Integer, String> kept = new TreeMap<>();
    Map<Integer, String> taken = new TreeMap<>();
    for (int i = 1; i + 2 < answer.size(); i += 3) {
      boolean now = answer.get(i + 2).toInteger() == 1;
      (now ? taken : kept).put(answer.get(i).toInteger(), answer.get(i + 1).toString());
    }
    for (Partition each : List.copyOf(turns.values())) {
      if (each.fence().equals(kept.get(each.number()))) {
        each.leasedAt = sent;
      } else if (each.phase != Phase.LOST) {
        lost(each);
      }
    }
    taken.forEach((number, fence) -> take(number, fence, sent));
    if (!taken.isEmpty()) {
      log.partitionsTaken(settings.channel(), taken.keySet().toString());
    }
    leaveAllBut(share);
  }

  private void take(int number, String fence, long leasedAt) {
    Partition partition = new Partition(channel, streams.get(number), number, fence);
    partition.leasedAt = leasedAt;
    turns.put(number, partition);
    partition.scheduled.start();
    recoverDue = true;
  }

  private void lost(Partition partition) {
    log.partitionLost(settings.channel(), partition.number());
    List<StreamEntry> unbegun = partition.stop(Phase.LOST);
    partition.all().forEach(entry -> entry.lost = true);
    unbegun.forEach(this::dropUnbegun);
    endTurnWhenDone(partition);
  }

  private void leaveAllBut(int share) {
    List<Partition> staying =
        turns.values().stream()
            .filter(each -> each.phase == Phase.READING || each.phase == Phase.RECOVERING)
            .sorted(Comparator.comparingInt(HeldEntries::size).reversed())
            .toList();
    if (staying.size() > share) {
      leave(staying.subList(share, staying.size()));
    }
  }

  private void leave(List<Partition> leaving) {
    if (!leaving.isEmpty()) {
      log.partitionsLeft(
          settings.channel(),
          leaving.stream().map(each -> "" + each.number()).collect(Collectors.joining(", ")));
    }
    for (Partition each : leaving) {
      giveBack(each);
      endTurnWhenDone(each);
    }
  }

  private Future<Void> giveBack(Partition partition) {
    List<Future<Response>> answers = new ArrayList<>();
    Request request = null;
    int ids = 0;
    for (StreamEntry entry : partition.stop(Phase.LEAVING)) {
      if (request == null) {
        request =
            Scripts.giveBack(partition.source().key(), settings.group(), settings.consumer(), 0);
      }
      int counted = suspects.isDeliveryCounted(entry) ? 1 : 0;
      request.arg(entry.sourceId()).arg(Math.max(0, entry.sourceDeliveries() - counted));
      dropUnbegun(entry);
      if (++ids % IDS_PER_SCRIPT == 0) {
        answers.add(commands.send(request));
        request = null;
      }
    }
    if (request != null) {
      answers.add(commands.send(request));
    }
    return Future.join(answers).mapEmpty();
  }

  private void dropUnbegun(StreamEntry entry) {
    suspects.remove(entry);
    channel.release(entry);
  }

  /** Ends the turn of a partition that was left or lost, once its last entry is settled. */
  private void endTurnWhenDone(Partition partition) {
    boolean leaving = partition.phase == Phase.LEAVING;
    if (!leaving && partition.phase != Phase.LOST || partition.hasWork()) {
      return;
    }
    turns.remove(partition.number(), partition);
    if (leaving && commands.isConnected()) {
      // Behind the acknowledgements of its last entries, on the same connection.
      channel.flushAcknowledgements();
      commands
          .send(PartitionScripts.free(settings, List.of(partition)))
          .onFailure(failure -> commands.refusedQuietly("freeing a partition", failure));
    }
  }

  /** Whether work may begin on the partition's entries without asking whether it is still owned. */
  private boolean isFresh(Partition partition, long now) {
    return now - partition.leasedAt <= leaseNanos - leaseNanos / 4;
  }

  // ---- reading

  @Override
  public boolean isFetching() {
    return commands.isConnected() && (reading || recovering > 0);
  }

  @Override
  public boolean isReadDue() {
    return waiting;
  }

  @Override
  public void fetch() {
    if (!channel.isRunning() || !commands.isConnected()) {
      return;
    }
    if (recoverDue) {
      recover();
    }
    // Read ahead by no more than about a batch: what waits here holds its partition up.
    if (reading || ready.size() > settings.batchSize()) {
      return;
    }
    List<Partition> toRead = new ArrayList<>(turns.size());
    List<Partition> idle = new ArrayList<>(turns.size());
    open(each -> (each.mayHaveMore ? toRead : idle).add(each));
    read(toRead);
    await(idle);
  }

  /** Finds partitions of which more may be held: a slow key must not starve the others. */
  private void open(Consumer<Partition> found) {
    long now = System.nanoTime();
    int quota = Math.max(1, settings.maxInFlight() / Math.max(1, turns.size()));
    for (Partition each : turns.values()) {
      if (each.phase == Phase.READING && each.size() < quota && isFresh(each, now)) {
        found.accept(each);
      }
    }
  }

  private void read(List<Partition> from) {
    int room = inFlight.room();
    // A full channel whose entries are settled one by one would read one by one: each a round trip.
    if (from.isEmpty()
        || room < Math.max(1, Math.min(settings.count(), settings.maxInFlight() / 4))) {
      return;
    }
    // COUNT is per stream. With room for fewer than one each, they take turns.
    List<Partition> asked =
        room >= from.size() ? from : List.of(from.get(nextRead++ % from.size()));
    int count = Math.min(settings.count(), room / asked.size());
    int reserved = count * asked.size();
    reading = true;
    inFlight.reserve(reserved);
    commands.onAnswer(
        commands.send(PartitionScripts.read(settings, asked, count)),
        answer -> {
          reading = false;
          inFlight.unreserve(reserved);
          if (answer.succeeded()) {
            channel.noProblem();
            received(asked, count, answer.result());
            channel.wake();
          } else {
            commands.refused("a read", answer.cause(), channel::wake);
          }
        });
  }

  private void received(List<Partition> asked, int count, Response answer) {
    for (Partition each : asked) {
      each.mayHaveMore = false;
    }
    if (answer == null) {
      return;
    }
    int received = 0;
    for (Response stream : answer) {
      Partition partition = named(asked, stream.get(0).toString());
      if (partition.phase != Phase.READING) {
        continue; // left, lost or recovering meanwhile: they are pending, for whoever takes over
      }
      Response entries = stream.get(1);
      partition.mayHaveMore = entries.size() >= count;
      partition.lastDelivered = entries.get(entries.size() - 1).get(0).toString();
      received += entries.size();
      for (Response row : entries) {
        arrived(partition, partition.hold(row.get(0).toString(), row.get(1), 1, 0));
      }
    }
    channel.metrics().received(received);
  }

  private static Partition named(List<Partition> asked, String key) {
    for (Partition each : asked) {
      if (each.source().key().equals(key)) {
        return each;
      }
    }
    throw new IllegalStateException(
        "an answer about the stream %s was not asked for".formatted(key));
  }

  /** Waits in Redis for entries of these partitions, without taking them. */
  private void await(List<Partition> idle) {
    if (waiting) {
      boolean oneIsMissing = idle.stream().anyMatch(each -> !each.waitedFor);
      if (oneIsMissing && !waitEnding) {
        waitEnding = true;
        commands.endRead();
      }
      return;
    }
    if (idle.isEmpty()) {
      return;
    }
    Request request =
        Request.cmd(Command.XREAD)
            .arg("COUNT")
            .arg(1)
            .arg("BLOCK")
            .arg(settings.block().toMillis())
            .arg("STREAMS");
    idle.forEach(each -> request.arg(each.source().key()));
    idle.forEach(each -> request.arg(each.lastDelivered));
    turns.values().forEach(each -> each.waitedFor = false);
    idle.forEach(each -> each.waitedFor = true);
    waiting = true;
    commands.onAnswer(
        commands.read(request),
        answer -> {
          boolean inVain = answer.succeeded() && answer.result() == null && !waitEnding;
          waiting = false;
          waitEnding = false;
          if (answer.failed()) {
            commands.refused("waiting for entries", answer.cause(), channel::wake);
            return;
          }
          channel.noProblem();
          // After a wait in vain all are read once: an operator may have set the group back.
          for (Partition each : idle) {
            each.mayHaveMore |= inVain;
          }
          if (answer.result() != null) {
            for (Response stream : answer.result()) {
              named(idle, stream.get(0).toString()).mayHaveMore = true;
            }
          }
          channel.wake();
        });
  }

  // ---- taking over

  private void recover() {
    recoverDue = false;
    for (Partition each : turns.values()) {
      if (each.phase == Phase.RECOVERING && !each.recovering) {
        recover(each);
      }
    }
  }

  private void recover(Partition partition) {
    int limit = Math.min(settings.count(), inFlight.room());
    if (limit <= 0) {
      recoverDue = true;
      return;
    }
    partition.recovering = true;
    recovering++;
    inFlight.reserve(limit);
    commands.onAnswer(
        commands.send(PartitionScripts.recover(settings, partition, partition.recoverFrom, limit)),
        answer -> {
          partition.recovering = false;
          recovering--;
          recoverDue = true;
          inFlight.unreserve(limit);
          if (answer.failed()) {
            commands.refused("taking over entries", answer.cause(), channel::wake);
          } else if (answer.result() == null) {
            balance(); // it is another's by now
          } else if (partition.phase == Phase.RECOVERING) {
            recovered(partition, limit, answer.result());
          } else {
            // Left or lost meanwhile. What was claimed is pending, and its next owner's.
            endTurnWhenDone(partition);
          }
          channel.wake();
        });
  }

  private void recovered(Partition partition, int limit, Response answer) {
    int pending = answer.get(1).toInteger();
    int gone = answer.get(2).toInteger();
    if (gone > 0) {
      log.trimmedBeforeProcessed(gone, partition.source().key(), settings.group());
    }
    int taken = 0;
    for (Response row : answer.get(4)) {
      int count = row.get(2).toInteger();
      StreamEntry entry = partition.hold(row.get(0).toString(), row.get(1), count, 0);
      if (entry == null) {
        continue;
      }
      taken++;
      entry.failedBefore(row.get(3).toInteger(), row.get(5).toLong());
      entry.suspect = row.get(6).toInteger() == 1;
      if (entry.suspect && channel.isPoison(entry)) {
        channel.settlements().deadLetterPoison(entry);
      } else {
        arrived(partition, entry, row.get(4).toLong());
      }
    }
    if (taken > 0) {
      log.tookOver(settings.channel(), taken);
      channel.metrics().claimed(taken);
    }
    if (pending < limit) {
      partition.phase = Phase.READING;
      partition.lastDelivered = answer.get(0).toString();
      partition.mayHaveMore = true;
    } else {
      partition.recoverFrom = Partition.after(answer.get(3).toString());
    }
  }

  // ---- handing over

  private void arrived(Partition partition, StreamEntry entry) {
    arrived(partition, entry, 0);
  }

  private void arrived(Partition partition, StreamEntry entry, long waitMillis) {
    if (entry == null) {
      return;
    }
    entry.waitMillis = waitMillis;
    if (partition.enter(entry)) {
      first(entry);
    }
  }

  /** The entry is the first of its key. */
  private void first(StreamEntry entry) {
    if (entry.waitMillis > 0) {
      channel
          .vertx()
          .setTimer(
              entry.waitMillis,
              id -> {
                due(entry);
                channel.wake();
              });
    } else {
      due(entry);
    }
  }

  private void due(StreamEntry entry) {
    if (entry.released) {
      return;
    }
    if (entry.suspect) {
      suspects.add(entry);
    } else {
      ready.add(entry);
    }
  }

  @Override
  public StreamEntry nextAlone() {
    StreamEntry suspect = suspects.next();
    return suspect != null && mayBegin(suspect, System.nanoTime()) ? suspect : null;
  }

  @Override
  public StreamEntry next(long now) {
    for (StreamEntry entry; (entry = ready.peek()) != null; ) {
      if (entry.released || entry.lost) {
        ready.poll();
      } else if (mayBegin(entry, now)) {
        return ready.poll();
      } else {
        return null;
      }
    }
    return null;
  }

  private boolean mayBegin(StreamEntry entry, long now) {
    if (isFresh((Partition) entry.held(), now)) {
      return true;
    }
    // Redis was away, or this process slept. The lease may be over, so ask before work begins.
    balance();
    return false;
  }

  // ---- settling

  @Override
  public void letGo(StreamEntry entry) {
    suspects.letGo(entry);
    Partition partition = (Partition) entry.held();
    if (entry.comesAgain) {
      return; // its key still waits for it
    }
    if (entry.emitted && !entry.lost && entry.hasFailedBefore()) {
      // Behind the entry's settlement. What is left of it after a crash only costs memory.
      forgetFailures(partition, entry);
    }
    StreamEntry next = partition.leave(entry);
    if (next != null) {
      first(next);
    }
    if (entry.emitted) {
      endTurnWhenDone(partition);
    }
  }

  private void forgetFailures(Partition partition, StreamEntry entry) {
    if (!commands.isConnected()) {
      return;
    }
    channel.flushAcknowledgements();
    commands
        .send(Request.cmd(Command.HDEL).arg(partition.failedEntries()).arg(entry.sourceId()))
        .onFailure(failure -> commands.refusedQuietly("forgetting a failure", failure));
  }

  @Override
  public Future<Void> retryAfter(StreamEntry entry, Duration delay) {
    Partition partition = (Partition) entry.held();
    long first = entry.firstFailure(System.currentTimeMillis());
    long millis = delay.toMillis();
    return commands
        .sendUntilAnswered(
            () -> PartitionScripts.fail(settings, entry, partition, millis, first),
            "noting a failure")
        .map(noted -> {
          boolean own = noted.toInteger() == 1 && !entry.lost;
          if (own && partition.phase != Phase.LEAVING && partition.phase != Phase.LOST) {
            comesAgain(partition, entry, first, millis);
          } else {
            // The partition's next owner knows when it is due.
            entry.lost = true;
            channel.release(entry);
          }
          return null;
        });
  }

  private void comesAgain(Partition partition, StreamEntry entry, long first, long millis) {
    entry.comesAgain = true;
    channel.release(entry);
    StreamEntry again = partition.hold(entry.sourceId(), entry.fieldsAndValues(), 1, 0);
    again.failedBefore(entry.deliveryCount(), first);
    again.lane = entry.lane;
    again.waitMillis = Math.max(1, millis);
    first(again);
  }

  @Override
  public Future<Void> giveBack() {
    if (!commands.isConnected()) {
      return Future.succeededFuture();
    }
    List<Future<?>> all = new ArrayList<>();
    Collection<Partition> own =
        turns.values().stream().filter(each -> each.phase != Phase.LOST).toList();
    for (Partition each : own) {
      all.add(giveBack(each));
    }
    ready.clear();
    suspects.clear();
    List<Partition> done = own.stream().filter(each -> !each.hasWork()).toList();
    done.forEach(each -> turns.remove(each.number(), each));
    all.add(commands.send(PartitionScripts.balance(settings, false, turns.values())));
    if (!done.isEmpty()) {
      all.add(commands.send(PartitionScripts.free(settings, done)));
    }
    return Future.join(all).mapEmpty();
  }
}
