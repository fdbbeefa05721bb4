package dev.dotori.gateway.ops.channel;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dotori.api.page.Cursor;
import dev.dotori.api.page.Page;
import dev.dotori.api.page.PageRequest;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.api.problem.ViolationException;
import dev.dotori.gateway.ops.OpsConfig;
import dev.dotori.redisstreams.admin.DeadLetterPage;
import dev.dotori.redisstreams.admin.DeadLetters;
import dev.dotori.redisstreams.admin.GroupState;
import dev.dotori.redisstreams.admin.RedisStreamsAdmin;
import dev.dotori.redisstreams.metrics.StreamState;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/**
 * The streams between the services, as Redis knows them, and the events that were given up. Which
 * channels there are follows from the event types and the groups that Redis has of their streams.
 * Calls block, no longer than {@link OpsConfig#timeout()} for each answer of Redis.
 */
@Singleton
class Channels {

  private static final Logger LOG = Logger.getLogger(Channels.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
  private static final Pattern ENTRY_ID = Pattern.compile("[0-9]{1,19}-[0-9]{1,19}");

  private final RedisStreamsAdmin admin;
  private final ObjectMapper mapper;
  private final Duration timeout;
  private final DeliveryRates rates = new DeliveryRates();

  Channels(RedisStreamsAdmin admin, ObjectMapper mapper, OpsConfig config) {
    this.admin = admin;
    this.mapper = mapper;
    this.timeout = config.timeout();
  }

  /** Takes a second longer when nobody has asked lately: a rate needs two looks. */
  List<Channel> list() {
    List<GroupState> groups = groups();
    List<Channel> channels = look(groups);
    boolean ratesAreMissing =
        IntStream.range(0, groups.size())
            .anyMatch(i ->
                groups.get(i).delivered().isPresent()
                    && channels.get(i).deliveredPerSecond() == null);
    if (ratesAreMissing) {
      pause();
      return look(groups());
    }
    return channels;
  }

  /** By service, then by event. */
  private List<GroupState> groups() {
    List<Uni<List<GroupState>>> asked =
        ChannelName.EVENTS.stream().map(event -> admin.groups(ChannelName.stream(event))).toList();
    return await(Uni.join().all(asked).andFailFast()).stream()
        .flatMap(List::stream)
        .sorted(Comparator.comparing(GroupState::group).thenComparing(GroupState::stream))
        .toList();
  }

  private List<Channel> look(List<GroupState> groups) {
    long now = System.nanoTime();
    return groups.stream().map(group -> channel(group, now)).toList();
  }

  private static void pause() {
    try {
      Thread.sleep(BETWEEN_LOOKS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Channel channel(GroupState group, long now) {
    ChannelName name = ChannelName.of(group.group(), group.stream());
    StreamState state = group.state();
    return new Channel(
        name.toString(),
        name.event(),
        name.group(),
        state.length(),
        state.lag(),
        state.lagExact(),
        state.pending(),
        state.oldestPendingMillis() < 0 ? null : state.oldestPendingMillis() / 1000.0,
        group.consumers(),
        rates.look(name, group.delivered(), now).orElse(null),
        state.delayed(),
        state.deadLetters());
  }

  /** Newest first. */
  Page<DeadEvent> deadLetters(String channel, PageRequest page) {
    Optional<String> before = page.cursor().map(Channels::entryId);
    DeadLetterPage found = await(deadLetters(channel).newest(page.limit(), before));
    return new Page<>(
        found.deadLetters().stream().map(dead -> DeadEvent.of(dead, mapper)).toList(),
        found.next().map(id -> Cursor.of(id).encode()).orElse(null));
  }

  void replay(String channel, String id, String operator) {
    decide(channel, id, deadLetters(channel).replay(requireId(id)));
    LOG.infof("Dead letter %s of %s was replayed by %s", id, channel, operator);
  }

  void drop(String channel, String id, String operator) {
    decide(channel, id, deadLetters(channel).drop(requireId(id)));
    LOG.infof("Dead letter %s of %s was dropped by %s", id, channel, operator);
  }

  private void decide(String channel, String id, Uni<Boolean> decision) {
    if (!await(decision)) {
      throw new ProblemException(
          ProblemTypes.NOT_FOUND, "%s has no dead letter %s, or no longer.".formatted(channel, id));
    }
  }

  private DeadLetters deadLetters(String channel) {
    ChannelName name = ChannelName.parse(channel).orElseThrow(Channels::unknown);
    boolean known =
        await(admin.groups(name.stream())).stream()
            .anyMatch(group -> group.group().equals(name.group()));
    if (!known) {
      throw unknown();
    }
    return admin.deadLetters(name.stream(), name.group());
  }

  private static ProblemException unknown() {
    return new ProblemException(
        ProblemTypes.NOT_FOUND, "There is no such channel; GET /v1/ops/channels lists them.");
  }

  private static String requireId(String id) {
    if (!ENTRY_ID.matcher(id).matches()) {
      throw new ProblemException(ProblemTypes.NOT_FOUND, "No dead letter has such an id.");
    }
    return id;
  }

  private static String entryId(Cursor cursor) {
    String id = cursor.text(0);
    if (!ENTRY_ID.matcher(id).matches()) {
      throw new ViolationException(
          "cursor", "is not a cursor of this list: pass the `next` of the page before");
    }
    return id;
  }

  private <T> T await(Uni<T> answer) {
    try {
      return answer.await().atMost(timeout);
    } catch (RuntimeException e) {
      LOG.warnf("Redis did not answer an operator's question: %s", e.toString());
      throw new ProblemException(
          ProblemTypes.UNAVAILABLE, "Redis does not answer right now.", Duration.ofSeconds(1));
    }
  }
}
