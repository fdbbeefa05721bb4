package dev.dotori.redisstreams.internals;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One stream whose entries all consumers of a group share: whoever asks first gets the next. Beside
 * it stands the group's own stream of entries that are tried again.
 */
final class SharedStream implements EntrySource {

  // How late a timer may come before the process counts as having been paused.
  private static final long LONGEST_TICK_MS = 500;
  private static final int IDS_PER_SCRIPT = 100;

  private static final long LONGEST_TURN_MS = 1_000;

  private final IncomingRedisStreamsChannel channel;
  private final IncomingSettings settings;
  private final RedisCommands commands;
  private final InFlight inFlight;
  private final List<HeldEntries> streams = new ArrayList<>();
  private final Suspects suspects;
  private final EntryLeases leases;
  private final TakeOver takeOver;
  private final ConsumerGroups groups;
  private final Maintenance maintenance;

  /** What waits to be published; the publisher may be gone. */
  private final DueEntries scheduled;

  /** What waits to be tried again. */
  private final DueEntries delayed;

  private final long leaseNanos;

  /** Entries read and not handed over yet, in order. */
  private final Deque<StreamEntry> ready = new ArrayDeque<>();

  private final List<Long> timers = new ArrayList<>();
  private boolean reading;

  /** Whether the next read must wait: Redis refused one. */
  private boolean readRefused;

  private long readingSince;
  private long lastTick;
  private boolean pausedWhileReading;
  private int nextStream;

  SharedStream(IncomingRedisStreamsChannel channel) {
    this.channel = channel;
    this.settings = channel.settings();
    this.commands = channel.commands();
    this.inFlight = channel.inFlight();
    this.leaseNanos = settings.lease().toNanos();
    streams.add(new HeldEntries(channel, StreamSource.of(settings.stream())));
    // Whatever the strategy is: a dead letter may be replayed, and what a strategy of before has
    // delayed still comes.
    StreamSource retries = StreamSource.ofRetries(settings.retryStream(), settings.stream());
    streams.add(new HeldEntries(channel, retries));
    this.delayed =
        commands.dueEntries(
            settings.delayedSet(), settings.retryStream(), DueEntries.Member.FIELDS);
    this.scheduled = commands.scheduledEntries(settings.stream());
    this.groups = new ConsumerGroups(channel);
    this.suspects = new Suspects(channel);
    this.leases =
        new EntryLeases(
            channel,
            streams,
            lost -> {
              suspects.remove(lost);
              channel.release(lost);
            });
    this.takeOver = new TakeOver(channel, streams, suspects, ready::add);
    this.maintenance = new Maintenance(channel);
  }

  // ---- life

  @Override
  public Future<Void> prepare() {
    return Partitions.agree(commands::sendWhilePreparing, settings.stream(), Partitions.NONE)
        .compose(agreed -> groups.make(streams.stream().map(HeldEntries::source).toList()))
        .mapEmpty();
  }

  @Override
  public void start() {
    timers.add(channel.every(settings.lease().dividedBy(6), leases::renew));
    timers.add(
        channel.every(
            settings.claimInterval(),
            () -> {
              takeOver.setDue();
              channel.wake();
            }));
    timers.add(channel.every(settings.maintenanceInterval(), this::maintain));
    lastTick = System.nanoTime();
    long tick = Math.clamp(settings.lease().toMillis() / 8, 10, LONGEST_TICK_MS);
    timers.add(channel.vertx().setPeriodic(tick, id -> tick()));
  }

  /** Notices when this process was paused. */
  private void tick() {
    long now = System.nanoTime();
    pausedWhileReading |= pausedAt(now);
    lastTick = now;
  }

  private boolean pausedAt(long now) {
    return now - lastTick > TimeUnit.MILLISECONDS.toNanos(LONGEST_TICK_MS) + leaseNanos / 4;
  }

  private void maintain() {
    if (!channel.isRunning()) {
      return;
    }
    maintenance.trim(settings.stream());
    for (HeldEntries each : streams) {
      maintenance.removeGoneConsumers(each.source().key());
    }
  }

  @Override
  public void connected() {
    takeOver.setDue();
    leases.renew();
    scheduled.start();
    delayed.start();
  }

  @Override
  public void disconnected() {
    reading = false;
    readRefused = false;
    inFlight.unreserveAll();
    takeOver.disconnected();
    leases.disconnected();
    suspects.disconnected();
    scheduled.stop();
    delayed.stop();
  }

  @Override
  public void close() {
    timers.forEach(channel.vertx()::cancelTimer);
    timers.clear();
    scheduled.stop();
    delayed.stop();
  }

  // ---- reading

  @Override
  public boolean isFetching() {
    return takeOver.isBusy() || reading && commands.isConnected();
  }

  @Override
  public void fetch() {
    if (!channel.isRunning() || !commands.isConnected()) {
      return;
    }
    takeOver.run();
    if (reading || readRefused || !hasRoomToRead()) {
      return;
    }
    int room = inFlight.room();
    // COUNT is per stream. With room for fewer than one each, they take turns.
    read(
        room >= streams.size()
            ? streams
            : List.of(streams.get(Math.floorMod(nextStream++, streams.size()))),
        room);
  }

  private boolean hasRoomToRead() {
    // Read ahead by no more than about a batch: what waits here could be in work elsewhere.
    return ready.size() <= settings.batchSize() && inFlight.isWorthReading();
  }

  @Override
  public boolean isReadDue() {
    return channel.isRunning() && (reading || hasRoomToRead());
  }

  private void read(List<HeldEntries> from, int room) {
    int count = Math.min(settings.count(), room / from.size());
    int asked = count * from.size();
    Request request =
        Request.cmd(Command.XREADGROUP)
            .arg("GROUP")
            .arg(settings.group())
            .arg(settings.consumer())
            .arg("COUNT")
            .arg(count);
    boolean all = from.size() == streams.size();
    // In its turn the retry stream is only looked at, and comes again before long: a read that
    // waits on one stream holds up what waits in the other.
    if (all || !from.getFirst().source().retry()) {
      long block = settings.block().toMillis();
      request.arg("BLOCK").arg(all ? block : Math.min(block, LONGEST_TURN_MS));
    }
    request.arg("STREAMS");
    for (HeldEntries each : from) {
      request.arg(each.source().key());
    }
    for (int i = 0; i < from.size(); i++) {
      request.arg(">");
    }
    reading = true;
    readingSince = System.nanoTime();
    pausedWhileReading = false;
    inFlight.reserve(asked);
    commands.onAnswer(
        commands.read(request),
        answer -> {
          reading = false;
          inFlight.unreserve(asked);
          if (answer.succeeded()) {
            received(answer.result());
            channel.wake();
          } else {
            readRefused = true;
            commands.refused(
                "a read",
                answer.cause(),
                () -> {
                  readRefused = false;
                  channel.wake();
                });
          }
        });
  }

  private void received(Response answer) {
    if (answer == null) {
      return; // nothing came while it waited
    }
    long now = System.nanoTime();
    // The lease began when Redis answered. That was just now, unless this process slept over it:
    // then it may have ended, and is renewed before anybody works on the entries.
    long leasedAt = pausedWhileReading || pausedAt(now) ? readingSince - leaseNanos : now;
    int received = 0;
    for (int s = 0; s < answer.size(); s++) {
      HeldEntries of = HeldEntries.of(answer.get(s).get(0).toString(), streams);
      Response entries = answer.get(s).get(1);
      received += entries.size();
      for (int i = 0; i < entries.size(); i++) {
        Response row = entries.get(i);
        StreamEntry entry = of.hold(row.get(0).toString(), row.get(1), 1, leasedAt);
        if (entry != null) {
          ready.add(entry);
        }
      }
    }
    channel.metrics().received(received);
  }

  // ---- handing over

  @Override
  public StreamEntry nextAlone() {
    StreamEntry suspect = suspects.next();
    if (suspect != null && !leases.isFresh(suspect, System.nanoTime())) {
      leases.renew();
      return null;
    }
    return suspect;
  }

  @Override
  public StreamEntry next(long now) {
    for (StreamEntry entry; (entry = ready.peek()) != null; ) {
      if (entry.lost) {
        ready.poll();
      } else if (leases.isFresh(entry, now)) {
        return ready.poll();
      } else {
        // Redis was away. The lease may be over, so ask before anybody works on the entry.
        leases.renew();
        return null;
      }
    }
    return null;
  }

  // ---- settling

  @Override
  public void letGo(StreamEntry entry) {
    if (suspects.letGo(entry)) {
      takeOver.setDue();
    }
  }

  @Override
  public Future<Void> retryAfter(StreamEntry entry, Duration delay) {
    long millis = delay.toMillis();
    return channel
        .settlements()
        .settle(
            entry,
            () -> {
              Request request =
                  Scripts.delay(
                      entry.source(),
                      settings.delayedSet(),
                      settings.group(),
                      settings.consumer(),
                      entry.sourceId(),
                      millis);
              request
                  .arg(StreamSource.ORIGIN_ID)
                  .arg(entry.id())
                  .arg(StreamSource.ORIGIN_ATTEMPTS)
                  .arg(entry.deliveryCount())
                  .arg(StreamSource.ORIGIN_FIRST_FAILURE)
                  .arg(entry.firstFailure(System.currentTimeMillis()));
              return Settlements.withFieldsOf(entry, request);
            },
            "delaying an entry")
        .onSuccess(done -> delayed.lookWithin(millis));
  }

  @Override
  public Future<Void> giveBack() {
    if (!commands.isConnected()) {
      return Future.succeededFuture();
    }
    List<Future<Response>> all = new ArrayList<>();
    for (HeldEntries each : streams) {
      giveBack(each, all);
    }
    ready.clear();
    suspects.clear();
    return Future.join(all).mapEmpty();
  }

  private void giveBack(HeldEntries of, List<Future<Response>> answers) {
    Request request = null;
    int ids = 0;
    for (StreamEntry entry : List.copyOf(of.all())) {
      if (entry.emitted || entry.released || entry.lost) {
        continue;
      }
      if (request == null) {
        request =
            Scripts.giveBack(
                of.source().key(),
                settings.group(),
                settings.consumer(),
                settings.lease().toMillis());
      }
      int counted = suspects.isDeliveryCounted(entry) ? 1 : 0;
      request.arg(entry.sourceId()).arg(Math.max(0, entry.sourceDeliveries() - counted));
      channel.release(entry);
      if (++ids % IDS_PER_SCRIPT == 0) {
        answers.add(commands.send(request));
        request = null;
      }
    }
    if (request != null) {
      answers.add(commands.send(request));
    }
  }
}
