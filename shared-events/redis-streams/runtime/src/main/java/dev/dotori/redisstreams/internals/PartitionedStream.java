package dev.dotori.redisstreams.internals;

import static dev.dotori.redisstreams.i18n.RedisStreamsLogging.log;

import dev.dotori.redisstreams.internals.Partition.Phase;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
  private final long leaseNanos;

  /** The consumer's partitions, and former ones of which it still has work. */
  private final Map<Integer, Partition> turns = new TreeMap<>();

  /** Entries that may be handed over: the first of their keys. Some may be released meanwhile. */
  private final Deque<StreamEntry> ready = new ArrayDeque<>();

  private final List<Long> timers = new ArrayList<>();

  /** Turns that the leases confirmed when they were looked at last, for the next read. */
  private final Set<Partition> confirmed = new HashSet<>();

  private boolean balancing;
  private boolean balanceAgain;
  private boolean reading;

  /** Whether nothing is asked for yet: Redis refused it a moment ago. */
  private boolean fetchRefused;

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
  }

  /** The streams of a partition: its own, and the one of dead letters that were given back. */
  private List<StreamSource> sources(int number) {
    String stream = Partitions.stream(settings.stream(), number);
    return List.of(
        StreamSource.of(stream), StreamSource.ofRetries(settings.retryStream(stream), stream));
  }

  private Stream<PartitionEntries> streams() {
    return turns.values().stream().flatMap(each -> each.streams().stream());
  }

  // ---- life

  @Override
  public Future<Void> prepare() {
    return Partitions.agree(commands::sendWhilePreparing, settings.stream(), settings.partitions())
        .compose(agreed ->
            groups.make(
                IntStream.range(0, settings.partitions())
                    .boxed()
                    .flatMap(number -> sources(number).stream())
                    .toList()))
        .map(again -> {
          if (again) {
            streams().forEach(PartitionEntries::recoverAll);
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
    streams()
        .forEach(each -> {
          StreamSource source = each.source();
          if (!source.retry()) {
            maintenance.trim(source.key());
          }
          maintenance.removeGoneConsumers(source.key());
        });
  }

  @Override
  public void connected() {
    for (Partition each : turns.values()) {
      if (each.phase == Phase.OWNED) {
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
    fetchRefused = false;
    waiting = false;
    waitEnding = false;
    recovering = 0;
    inFlight.unreserveAll();
    confirmed.clear();
    suspects.disconnected();
    turns.values().forEach(each -> each.scheduled.stop());
    // A read whose answer was lost has made entries this consumer's that it does not know of.
    streams().forEach(PartitionEntries::recoverRest);
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
        commands.send(
            PartitionScripts.balance(
                settings, commands.session(), channel.isRunning(), turns.values())),
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
    Partition partition = new Partition(channel, number, fence, leasedAt, sources(number));
    turns.put(number, partition);
    partition.scheduled.start();
    recoverDue = true;
  }

  private void lost(Partition partition) {
    log.partitionLost(settings.channel(), partition.number());
    partition.stop(Phase.LOST).forEach(this::dropUnbegun);
    endTurnWhenDone(partition);
  }

  private void leaveAllBut(int share) {
    List<Partition> staying =
        turns.values().stream()
            .filter(each -> each.phase == Phase.OWNED)
            .sorted(Comparator.comparingInt(Partition::inFlight).reversed())
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
    Map<String, Request> requests = new HashMap<>();
    List<Future<Response>> answers = new ArrayList<>();
    int ids = 0;
    for (StreamEntry entry : partition.stop(Phase.LEAVING)) {
      String stream = entry.source().key();
      int counted = suspects.isDeliveryCounted(entry) ? 1 : 0;
      requests
          .computeIfAbsent(
              stream, none -> Scripts.giveBack(stream, settings.group(), settings.consumer(), 0))
          .arg(entry.sourceId())
          .arg(Math.max(0, entry.sourceDeliveries() - counted));
      dropUnbegun(entry);
      if (++ids % IDS_PER_SCRIPT == 0) {
        requests.values().forEach(request -> answers.add(commands.send(request)));
        requests.clear();
      }
    }
    requests.values().forEach(request -> answers.add(commands.send(request)));
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
    if (!channel.isRunning() || !commands.isConnected() || fetchRefused) {
      return;
    }
    if (recoverDue) {
      recover();
    }
    // Read ahead by no more than about a batch: what waits here holds its partition up.
    if (reading || ready.size() > settings.batchSize() || !inFlight.isWorthReading()) {
      return;
    }
    List<PartitionEntries> toRead = new ArrayList<>();
    List<PartitionEntries> idle = new ArrayList<>();
    open(each -> (each.mayHaveMore ? toRead : idle).add(each));
    if (!toRead.isEmpty()) {
      read(toRead, inFlight.room());
    }
    await(idle);
  }

  /** Finds streams of which more may be held: a slow key must not starve other partitions. */
  private void open(Consumer<PartitionEntries> found) {
    long now = System.nanoTime();
    int quota = Math.max(1, settings.maxInFlight() / Math.max(1, turns.size()));
    for (Partition each : turns.values()) {
      if (each.phase == Phase.OWNED && each.inFlight() < quota && isFresh(each, now)) {
        for (PartitionEntries stream : each.streams()) {
          if (stream.isRecovered()) {
            found.accept(stream);
          }
        }
      }
    }
  }

  /**
   * Reads, if the leases are still what they were when they were last looked at: Redis gives up the
   * transaction if anybody has written them since, be it only to renew one. In the same packet the
   * leases are looked at again for the next read.
   *
   * <p>A script could ask and read as well, but what passes through Lua costs the server so much
   * that fewer than half as many entries were read in the same time.
   */
  private void read(List<PartitionEntries> from, int room) {
    from.removeIf(each -> !confirmed.contains(each.partition()));
    reading = true;
    if (from.isEmpty()) {
      lookAtLeases(() -> {
        reading = false;
        channel.wake();
      });
      return;
    }
    // COUNT is per stream. With room for fewer than one each, they take turns.
    List<PartitionEntries> asked =
        room >= from.size() ? from : List.of(from.get(Math.floorMod(nextRead++, from.size())));
    int count = Math.min(settings.count(), room / asked.size());
    int reserved = count * asked.size();
    inFlight.reserve(reserved);
    commands.send(Request.cmd(Command.MULTI));
    Future<Response> queued = commands.send(xreadgroup(asked, count));
    Future<Response> read = commands.send(Request.cmd(Command.EXEC));
    lookAtLeases(() -> {
      reading = false;
      inFlight.unreserve(reserved);
      Throwable failure = failureOf(queued, read);
      if (failure == null) {
        if (read.result() != null) {
          received(asked, count, read.result().get(0));
        }
        channel.wake();
      } else if (Refusal.of(failure) == Refusal.FOR_NOW) {
        readThroughScript(asked, count);
      } else {
        refused("a read", failure);
      }
    });
  }

  /** A full server queues no command of a transaction, not even one that helps to empty it. */
  private void readThroughScript(List<PartitionEntries> asked, int count) {
    int reserved = count * asked.size();
    reading = true;
    inFlight.reserve(reserved);
    commands.onAnswer(
        commands.send(PartitionScripts.read(settings, commands.session(), asked, count)),
        answer -> {
          reading = false;
          inFlight.unreserve(reserved);
          if (answer.succeeded()) {
            received(asked, count, answer.result());
            channel.wake();
          } else {
            refused("a read", answer.cause());
          }
        });
  }

  private void refused(String what, Throwable failure) {
    fetchRefused = true;
    commands.refused(
        what,
        failure,
        () -> {
          fetchRefused = false;
          channel.wake();
        });
  }

  private Request xreadgroup(List<PartitionEntries> asked, int count) {
    Request request =
        Request.cmd(Command.XREADGROUP)
            .arg("GROUP")
            .arg(settings.group())
            .arg(settings.consumer())
            .arg("COUNT")
            .arg(count)
            .arg("STREAMS");
    asked.forEach(each -> request.arg(each.source().key()));
    asked.forEach(each -> request.arg(">"));
    return request;
  }

  private static Throwable failureOf(Future<Response> queued, Future<Response> transaction) {
    if (queued.failed() || transaction.failed()) {
      return queued.failed() ? queued.cause() : transaction.cause();
    }
    Response answers = transaction.result();
    return answers != null && answers.get(0) instanceof ErrorType error ? error : null;
  }

  /** Has Redis watch the leases, and notes which of this consumer's turns they confirm. */
  private void lookAtLeases(Runnable then) {
    List<Partition> own =
        turns.values().stream().filter(each -> each.phase == Phase.OWNED).toList();
    confirmed.clear();
    Request leases = Request.cmd(Command.HMGET).arg(settings.leases());
    own.forEach(each -> leases.arg(each.number()));
    commands.send(Request.cmd(Command.WATCH).arg(settings.leases()));
    commands.onAnswer(
        commands.send(leases),
        answer -> {
          if (answer.succeeded()) {
            for (int i = 0; i < own.size(); i++) {
              if (PartitionScripts.isOwn(answer.result().get(i), own.get(i), commands.session())) {
                confirmed.add(own.get(i));
              }
            }
            if (confirmed.size() < own.size()) {
              balance();
            }
          }
          then.run();
        });
  }

  private void received(List<PartitionEntries> asked, int count, Response answer) {
    for (PartitionEntries each : asked) {
      each.mayHaveMore = false;
    }
    if (answer == null) {
      return;
    }
    int received = 0;
    for (Response stream : answer) {
      PartitionEntries of = HeldEntries.of(stream.get(0).toString(), asked);
      if (of.partition().phase != Phase.OWNED || !of.isRecovered()) {
        continue; // left or lost meanwhile: they are pending, for whoever takes over
      }
      Response entries = stream.get(1);
      of.mayHaveMore = entries.size() >= count;
      of.readUpTo(entries.get(entries.size() - 1).get(0).toString());
      received += entries.size();
      for (Response row : entries) {
        StreamEntry entry = of.hold(row.get(0).toString(), row.get(1), 1, 0);
        if (entry != null) {
          of.partition().hold();
          arrived(entry);
        }
      }
    }
    channel.metrics().received(received);
  }

  /** Waits in Redis for entries of these streams, without taking them. */
  private void await(List<PartitionEntries> idle) {
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
    idle.forEach(each -> request.arg(each.lastDelivered()));
    idle.forEach(each -> each.waitedFor = true);
    waiting = true;
    commands.onAnswer(
        commands.read(request),
        answer -> {
          boolean inVain = answer.succeeded() && answer.result() == null && !waitEnding;
          waiting = false;
          waitEnding = false;
          for (PartitionEntries each : idle) {
            each.waitedFor = false;
            // After a wait in vain all are read once: an operator may have set the group back.
            each.mayHaveMore |= inVain;
          }
          if (answer.failed()) {
            refused("waiting for entries", answer.cause());
            return;
          }
          if (answer.result() != null) {
            for (Response stream : answer.result()) {
              HeldEntries.of(stream.get(0).toString(), idle).mayHaveMore = true;
            }
          }
          channel.wake();
        });
  }

  // ---- taking over

  private void recover() {
    recoverDue = false;
    for (Partition each : turns.values()) {
      if (each.phase == Phase.OWNED) {
        for (PartitionEntries stream : each.streams()) {
          if (!stream.isRecovered() && !stream.recovering) {
            recover(stream);
          }
        }
      }
    }
  }

  private void recover(PartitionEntries stream) {
    int limit = Math.min(settings.count(), inFlight.room());
    if (limit <= 0) {
      recoverDue = true;
      return;
    }
    stream.recovering = true;
    recovering++;
    inFlight.reserve(limit);
    commands.onAnswer(
        commands.send(PartitionScripts.recover(settings, commands.session(), stream, limit)),
        answer -> {
          stream.recovering = false;
          recovering--;
          recoverDue = true;
          inFlight.unreserve(limit);
          if (answer.failed()) {
            refused("taking over entries", answer.cause());
          } else if (answer.result() == null) {
            balance(); // it is another's by now
          } else if (stream.partition().phase == Phase.OWNED) {
            recovered(stream, limit, answer.result());
          }
          // Else left or lost meanwhile: what was claimed is pending, and its next owner's.
          channel.wake();
        });
  }

  private void recovered(PartitionEntries stream, int limit, Response answer) {
    int pending = answer.get(1).toInteger();
    int gone = answer.get(2).toInteger();
    if (gone > 0) {
      log.trimmedBeforeProcessed(gone, stream.source().key(), settings.group());
    }
    int taken = 0;
    for (Response row : answer.get(4)) {
      int count = row.get(2).toInteger();
      StreamEntry entry = stream.hold(row.get(0).toString(), row.get(1), count, 0);
      if (entry == null) {
        continue;
      }
      taken++;
      stream.partition().hold();
      entry.failedBefore(row.get(3).toInteger(), row.get(5).toLong());
      entry.waitMillis = row.get(4).toLong();
      entry.suspect = row.get(6).toInteger() == 1;
      if (entry.suspect && channel.isPoison(entry)) {
        channel.settlements().deadLetterPoison(entry);
      } else {
        arrived(entry);
      }
    }
    if (taken > 0) {
      log.tookOver(settings.channel(), taken);
      channel.metrics().claimed(taken);
    }
    if (pending < limit) {
      stream.recovered(answer.get(0).toString());
    } else {
      stream.recoveredUpTo(answer.get(3).toString());
    }
  }

  // ---- handing over

  private void arrived(StreamEntry entry) {
    if (Partition.of(entry).enter(entry)) {
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
    if (isFresh(Partition.of(entry), now)) {
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
    Partition partition = Partition.of(entry);
    if (entry.comesAgain) {
      return; // its key still waits for it
    }
    if (entry.emitted && !entry.lost && entry.hasFailedBefore()) {
      // Behind the entry's settlement. What is left of it after a crash only costs memory.
      forgetFailures(entry);
    }
    partition.letGo();
    StreamEntry next = partition.leave(entry);
    if (next != null) {
      first(next);
    }
    if (entry.emitted) {
      endTurnWhenDone(partition);
    }
  }

  private void forgetFailures(StreamEntry entry) {
    channel.flushAcknowledgements();
    commands.sendUntilAnswered(
        () ->
            Request.cmd(Command.HDEL)
                .arg(((PartitionEntries) entry.held()).failures())
                .arg(entry.sourceId()),
        "forgetting a failure");
  }

  @Override
  public Future<Void> retryAfter(StreamEntry entry, Duration delay) {
    Partition partition = Partition.of(entry);
    long first = entry.firstFailure(System.currentTimeMillis());
    long millis = delay.toMillis();
    return commands
        .sendUntilAnswered(
            () -> PartitionScripts.fail(settings, entry, millis, first), "noting a failure")
        .map(noted -> {
          if (noted.toInteger() == 1 && partition.phase == Phase.OWNED) {
            comesAgain(entry, first, millis);
          } else {
            // The partition's next owner knows when it is due.
            entry.lost = true;
            channel.release(entry);
          }
          return null;
        });
  }

  private void comesAgain(StreamEntry entry, long first, long millis) {
    entry.comesAgain = true;
    channel.release(entry);
    StreamEntry again = entry.held().hold(entry.sourceId(), entry.fieldsAndValues(), 1, 0);
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
    all.add(
        commands.send(
            PartitionScripts.balance(settings, commands.session(), false, turns.values())));
    if (!done.isEmpty()) {
      all.add(commands.send(PartitionScripts.free(settings, done)));
    }
    return Future.join(all).mapEmpty();
  }
}
