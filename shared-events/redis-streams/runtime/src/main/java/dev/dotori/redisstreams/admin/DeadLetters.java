package dev.dotori.redisstreams.admin;

import dev.dotori.redisstreams.internals.DeadLetterScripts;
import dev.dotori.redisstreams.internals.EntryId;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The dead letters of one group of one stream.
 *
 * <p>Nothing happens before a {@code Uni} or {@code Multi} is subscribed to, and it happens anew
 * with each subscription. However many dead letters there are, no more than some hundred are in
 * memory at once.
 *
 * <p><b>Replaying</b> moves a dead letter to the group's own retry stream, in one step: the
 * consumers of this group get it, other groups don't. It is as if it had not failed before: with
 * its own id and fields, without those that describe the failure, and its attempts begin again (the
 * time of the first failure stays). If no consumer runs, it waits for one. It comes out of the
 * stream's order: what came after it has been processed already. With {@code partitions} it goes to
 * whoever has its partition, never beside another entry of its key, and the ones after it wait.
 *
 * <p>Two that replay or drop at the same time don't get into each other's way: each dead letter is
 * taken by one of them. If Redis can't be reached the {@code Uni} or {@code Multi} fails; whatever
 * was done until then is done, and doing the same again takes up the rest. What becomes a dead
 * letter while a run by filter is under way, replayed and failed again perhaps, is not part of that
 * run.
 */
public final class DeadLetters {

  private static final int CHUNK = 100;
  private static final int LARGEST_PAGE = 1_000;

  private final Function<String, Redis> clients;
  private final String clientName;
  private final String stream;
  private final String group;
  private final String storedIn;
  private final Pattern streams;

  DeadLetters(
      Function<String, Redis> clients,
      String clientName,
      String stream,
      String group,
      String storedIn) {
    this.clients = clients;
    this.clientName = clientName;
    this.stream = stream;
    this.group = group;
    this.storedIn = storedIn;
    // The stream itself, or one of its partitions.
    this.streams = Pattern.compile(Pattern.quote(stream) + "(:\\d+)?");
  }

  /** The same on another Quarkus Redis client ({@code quarkus.redis.<name>.hosts}). */
  public DeadLetters onClient(String name) {
    return new DeadLetters(clients, name, stream, group, storedIn);
  }

  /**
   * The same from a stream that was set as {@code dead-letter.stream}. Several groups may share
   * one; only this group's dead letters are seen.
   */
  public DeadLetters storedIn(String deadLetterStream) {
    return new DeadLetters(clients, clientName, stream, group, deadLetterStream);
  }

  // ---- looking

  /** How many there are. With a filter all of them are read to find out. */
  public Uni<Long> count(DeadLetterFilter filter) {
    if (filter.isAll() && storedIn.equals(RedisStreamsAdmin.deadLetterStream(stream, group))) {
      return send(Request.cmd(Command.XLEN).arg(storedIn)).map(Response::toLong);
    }
    return list(filter).collect().with(Collectors.counting());
  }

  /** One of them, by its id in the stream of the dead letters; empty if it is not there. */
  public Uni<Optional<DeadLetter>> get(String id) {
    return Uni.createFrom()
        .deferred(() -> {
          String exact = EntryId.of(id).toString();
          return send(Request.cmd(Command.XRANGE).arg(storedIn).arg(exact).arg(exact))
              .map(found -> found.size() == 0 ? Optional.empty() : read(found.get(0)));
        });
  }

  /** All that the filter means, oldest first, read as they are asked for. */
  public Multi<DeadLetter> list(DeadLetterFilter filter) {
    return list(filter, filter.from().toString());
  }

  private Multi<DeadLetter> list(DeadLetterFilter filter, String start) {
    return scan(filter, start).onItem().<DeadLetter>transformToIterable(Chunk::matching);
  }

  /**
   * The oldest that the filter means.
   *
   * @param limit most dead letters in the page, 1 to 1000
   */
  public Uni<DeadLetterPage> page(DeadLetterFilter filter, int limit) {
    return page(filter, limit, Optional.empty());
  }

  /**
   * Those that follow a page.
   *
   * @param limit most dead letters in the page, 1 to 1000
   * @param after {@link DeadLetterPage#next()} of the page before; empty for the first page
   */
  public Uni<DeadLetterPage> page(DeadLetterFilter filter, int limit, Optional<String> after) {
    return Uni.createFrom()
        .deferred(() -> {
          requirePageSize(limit);
          String start =
              after.map(id -> "(" + EntryId.of(id)).orElseGet(() -> filter.from().toString());
          // One more than wanted tells whether there is a further page.
          return list(filter, start)
              .select()
              .first(limit + 1L)
              .collect()
              .asList()
              .map(found -> pageOf(found, limit));
        });
  }

  private static void requirePageSize(int limit) {
    if (limit < 1 || limit > LARGEST_PAGE) {
      throw new IllegalArgumentException("limit is " + limit + "; it must be 1 to 1000");
    }
  }

  private static DeadLetterPage pageOf(List<DeadLetter> found, int limit) {
    if (found.size() <= limit) {
      return new DeadLetterPage(List.copyOf(found), Optional.empty());
    }
    List<DeadLetter> page = List.copyOf(found.subList(0, limit));
    return new DeadLetterPage(page, Optional.of(page.getLast().id()));
  }

  /**
   * The newest, newest first.
   *
   * @param limit most dead letters in the page, 1 to 1000
   * @param before {@link DeadLetterPage#next()} of the page before; empty for the first page
   */
  public Uni<DeadLetterPage> newest(int limit, Optional<String> before) {
    return Uni.createFrom()
        .deferred(() -> {
          requirePageSize(limit);
          AtomicReference<String> end =
              new AtomicReference<>(before.map(id -> "(" + EntryId.of(id)).orElse("+"));
          return Multi.createBy()
              .repeating()
              .uni(() -> chunkBackwards(end.get()).invoke(chunk -> end.set("(" + chunk.last())))
              .whilst(Chunk::more)
              .onItem()
              .<DeadLetter>transformToIterable(Chunk::matching)
              .select()
              .first(limit + 1L)
              .collect()
              .asList()
              .map(found -> pageOf(found, limit));
        });
  }

  // ---- deciding

  /**
   * Gives one back to its group.
   *
   * @return whether it was there
   */
  public Uni<Boolean> replay(String id) {
    return get(id)
        .chain(found ->
            found.isEmpty()
                ? Uni.createFrom().item(false)
                : replay(List.of(found.get())).map(moved -> moved == 1));
  }

  /**
   * Gives all that the filter means back to their group, oldest first.
   *
   * @return the state after each step; its last item is the result, and it has at least one.
   *     Cancelling it ends the run between two steps
   */
  public Multi<DeadLetterProgress> replay(DeadLetterFilter filter) {
    return inSteps(filter, this::replay);
  }

  /**
   * Deletes one for good.
   *
   * @return whether it was there
   */
  public Uni<Boolean> drop(String id) {
    return get(id)
        .chain(found ->
            found.isEmpty()
                ? Uni.createFrom().item(false)
                : drop(List.of(found.get())).map(dropped -> dropped == 1));
  }

  /**
   * Deletes all that the filter means for good, oldest first.
   *
   * @return the state after each step; its last item is the result, and it has at least one.
   *     Cancelling it ends the run between two steps
   */
  public Multi<DeadLetterProgress> drop(DeadLetterFilter filter) {
    return inSteps(filter, this::drop);
  }

  private Multi<DeadLetterProgress> inSteps(
      DeadLetterFilter filter, Function<List<DeadLetter>, Uni<Long>> step) {
    return Multi.createFrom()
        .deferred(() -> {
          AtomicLong examined = new AtomicLong();
          AtomicLong done = new AtomicLong();
          return scan(filter, filter.from().toString())
              .onItem()
              .transformToUniAndConcatenate(chunk ->
                  step.apply(chunk.matching())
                      .map(count ->
                          new DeadLetterProgress(
                              examined.addAndGet(chunk.examined()), done.addAndGet(count))));
        });
  }

  private Uni<Long> replay(List<DeadLetter> deadLetters) {
    Map<String, Request> byTarget = new LinkedHashMap<>();
    for (DeadLetter each : deadLetters) {
      Request request =
          byTarget.computeIfAbsent(
              each.stream() + ":retry:" + group, to -> DeadLetterScripts.replay(storedIn, to));
      DeadLetterScripts.addReplayed(request, each.id(), each.entryId(), each.firstFailure());
    }
    Uni<Long> moved = Uni.createFrom().item(0L);
    for (Request request : byTarget.values()) {
      moved = moved.chain(before -> send(request).map(count -> before + count.toLong()));
    }
    return moved;
  }

  private Uni<Long> drop(List<DeadLetter> deadLetters) {
    if (deadLetters.isEmpty()) {
      return Uni.createFrom().item(0L);
    }
    Request delete = Request.cmd(Command.XDEL).arg(storedIn);
    deadLetters.forEach(each -> delete.arg(each.id()));
    return send(delete).map(Response::toLong);
  }

  // ---- reading

  private record Chunk(List<DeadLetter> matching, int examined, String last, boolean more) {
    static final Chunk EMPTY = new Chunk(List.of(), 0, null, false);
  }

  /** Chunk after chunk, each read when it is asked for, up to what is the newest one now. */
  private Multi<Chunk> scan(DeadLetterFilter filter, String start) {
    return send(Request.cmd(Command.XREVRANGE).arg(storedIn).arg("+").arg("-").arg("COUNT").arg(1))
        .onItem()
        .transformToMulti(newest -> {
          if (newest.size() == 0) {
            return Multi.createFrom().item(Chunk.EMPTY);
          }
          EntryId last = EntryId.of(newest.get(0).get(0).toString());
          String end = (last.compareTo(filter.to()) < 0 ? last : filter.to()).toString();
          return Multi.createBy()
              .repeating()
              .uni(
                  () -> new AtomicReference<>(start),
                  next ->
                      chunk(filter, next.get(), end).invoke(chunk -> next.set("(" + chunk.last())))
              .whilst(Chunk::more);
        });
  }

  private Uni<Chunk> chunk(DeadLetterFilter filter, String start, String end) {
    return send(Request.cmd(Command.XRANGE)
            .arg(storedIn)
            .arg(start)
            .arg(end)
            .arg("COUNT")
            .arg(CHUNK))
        .map(entries -> chunk(filter, entries));
  }

  private Uni<Chunk> chunkBackwards(String end) {
    return send(Request.cmd(Command.XREVRANGE)
            .arg(storedIn)
            .arg(end)
            .arg("-")
            .arg("COUNT")
            .arg(CHUNK))
        .map(entries -> chunk(DeadLetterFilter.all(), entries));
  }

  private Chunk chunk(DeadLetterFilter filter, Response entries) {
    List<DeadLetter> matching = new ArrayList<>();
    String last = null;
    for (Response entry : entries) {
      last = entry.get(0).toString();
      read(entry).filter(filter::matches).ifPresent(matching::add);
    }
    return new Chunk(matching, entries.size(), last, entries.size() == CHUNK);
  }

  /** Empty if it is not a dead letter of this group. */
  private Optional<DeadLetter> read(Response entry) {
    return DeadLetterScripts.fields(entry.get(1))
        .map(fields -> read(entry.get(0).toString(), fields))
        .filter(dead -> dead.group().equals(group) && streams.matcher(dead.stream()).matches());
  }

  private static DeadLetter read(String id, DeadLetterScripts.Fields fields) {
    Map<String, String> description = fields.description();
    Instant died = Instant.ofEpochMilli(EntryId.of(id).millis());
    return new DeadLetter(
        id,
        description.getOrDefault("dead-letter-stream", ""),
        description.getOrDefault("dead-letter-id", id),
        description.getOrDefault("dead-letter-group", ""),
        number(description.get("dead-letter-attempts")),
        description.getOrDefault("dead-letter-reason", ""),
        description.getOrDefault("dead-letter-exception-class-name", ""),
        Optional.ofNullable(description.get("dead-letter-cause")),
        Optional.ofNullable(description.get("dead-letter-cause-class-name")),
        time(description.get("dead-letter-first-time"), died),
        time(description.get("dead-letter-last-time"), died),
        fields.entry());
  }

  private static int number(String text) {
    try {
      return text == null ? 0 : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static Instant time(String text, Instant otherwise) {
    try {
      return text == null ? otherwise : Instant.parse(text);
    } catch (DateTimeParseException e) {
      return otherwise;
    }
  }

  private Uni<Response> send(Request request) {
    return Uni.createFrom()
        .completionStage(() -> clients.apply(clientName).send(request).toCompletionStage());
  }
}
