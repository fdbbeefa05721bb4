package dev.dotori.redisstreams.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must be true of the journals of a crew. */
final class Checks {

  private final List<Journal.Line> lines;
  private final Map<String, Crew.Member> members = new HashMap<>();

  Checks(Crew crew) {
    this.lines = crew.lines();
    crew.all().forEach(member -> members.put(member.name, member));
  }

  /** Each of the items was done by somebody. Nothing may be acknowledged that is not. */
  void nothingIsMissing(Collection<Item> published) {
    Set<Item> done = new HashSet<>();
    for (Journal.Line line : lines) {
      if (line.step() == Journal.Step.DONE) {
        done.add(line.item());
      }
    }
    List<Item> missing = published.stream().filter(item -> !done.contains(item)).toList();
    assertThat(missing).as("published and never done").isEmpty();
  }

  /**
   * A process that was paused does not begin, when it goes on, what another one took over meanwhile
   * and had not lost again.
   */
  void pausedProcessesBeginNothingThatIsTaken() {
    Map<String, List<Journal.Line>> begun = new HashMap<>();
    List<String> stolen = new ArrayList<>();
    for (Journal.Line line : lines) {
      List<Journal.Line> before = begun.computeIfAbsent(line.entry(), id -> new ArrayList<>());
      if (line.step() == Journal.Step.FAILED) {
        before.clear(); // it waits for its next attempt, which may be anybody's
      }
      if (line.step() != Journal.Step.BEGUN) {
        continue;
      }
      Crew.Pause pause = lastPauseBefore(line);
      if (pause != null) {
        for (Journal.Line other : before) {
          if (!other.process().equals(line.process())
              && other.nanos() > pause.from()
              && other.nanos() < pause.to()
              && wasUndisturbed(members.get(other.process()), other.nanos(), line.nanos())) {
            stolen.add("%s after %s, though %s".formatted(line, pause, other));
          }
        }
      }
      before.add(line);
    }
    assertThat(stolen).as("begun after a pause, in spite of another's lease").isEmpty();
  }

  private Crew.Pause lastPauseBefore(Journal.Line line) {
    Crew.Pause last = null;
    for (Crew.Pause pause : members.get(line.process()).pauses) {
      if (pause.to() < line.nanos()) {
        last = pause;
      }
    }
    return last;
  }

  private static boolean wasUndisturbed(Crew.Member member, long from, long to) {
    return member.killed > to
        && member.pauses.stream().noneMatch(pause -> pause.from() < to && pause.to() > from);
  }

  /** What a killed process had begun was begun by another when the lease was over, and soon. */
  void takenOver(Crew.Member killed, Duration lease, Duration atMost) {
    int taken = 0;
    Map<String, Journal.Line> left = new HashMap<>();
    for (Journal.Line line : lines) {
      if (line.process().equals(killed.name) && line.nanos() < killed.killed) {
        if (line.step() == Journal.Step.BEGUN) {
          left.put(line.entry(), line);
        } else {
          left.remove(line.entry());
        }
      }
    }
    for (Journal.Line line : lines) {
      Journal.Line before = left.get(line.entry());
      if (before != null
          && line.step() == Journal.Step.BEGUN
          && !line.process().equals(killed.name)
          && line.nanos() > killed.killed) {
        left.remove(line.entry());
        taken++;
        // It was read a moment before it was begun.
        assertThat(Duration.ofNanos(line.nanos() - before.nanos()))
            .as("lease of %s", line.item())
            .isGreaterThan(lease.minusMillis(200));
        assertThat(Duration.ofNanos(line.nanos() - killed.killed))
            .as("take-over of %s", line.item())
            .isLessThan(atMost);
      }
    }
    assertThat(left).as("begun by %s and by nobody after its death", killed.name).isEmpty();
    assertThat(taken).as("entries in work when %s was killed", killed.name).isPositive();
  }

  /** No item was first begun after a later one of its key, nor before an earlier one was done. */
  void orderPerKey() {
    Map<String, Integer> lastBegun = new HashMap<>();
    Map<String, Integer> lastDone = new HashMap<>();
    List<String> wrong = new ArrayList<>();
    for (Journal.Line line : lines) {
      Item item = line.item();
      if (line.step() == Journal.Step.DONE) {
        lastDone.merge(item.key(), item.number(), Math::max);
        continue;
      }
      int last = lastBegun.getOrDefault(item.key(), -1);
      if (item.number() <= last) {
        continue; // again
      }
      if (item.number() != last + 1 || lastDone.getOrDefault(item.key(), -1) != last) {
        wrong.add(
            "%s was begun by %s when %d of its key had been begun and %d done"
                .formatted(item, line.process(), last, lastDone.getOrDefault(item.key(), -1)));
      }
      lastBegun.put(item.key(), item.number());
    }
    assertThat(wrong).as("out of order").isEmpty();
  }

  int begun() {
    return (int) lines.stream().filter(line -> line.step() == Journal.Step.BEGUN).count();
  }
}
