package dev.dotori.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a member who comes back has missed, at whatever replica. */
class BacklogTest {

  private static final UUID MEMBER = UUID.randomUUID();
  private static final UUID OTHER = UUID.randomUUID();

  /** What one replica has read, in the order in which it came to read it. */
  private static final class Replica {

    private final Backlog backlog;
    private Positions positions = Positions.NONE;

    Replica(int capacity) {
      backlog = new Backlog(capacity);
    }

    /** The position that a client has who has heard this. */
    Positions reads(Source source, long millis, UUID member) {
      EntryId id = new EntryId(millis, 0);
      positions = positions.with(source, id);
      backlog.add(
          LiveEvent.of(
              source,
              id,
              source + " " + millis,
              new Source.Change(Set.of(member), "purchase", JsonNodeFactory.instance.objectNode()),
              positions));
      return positions;
    }

    List<String> missed(Positions from) {
      return after(from).orElseThrow();
    }

    Optional<List<String>> after(Positions from) {
      return backlog
          .after(from, MEMBER)
          .map(found -> found.stream().map(LiveEvent::eventId).toList());
    }
  }

  @Test
  void isToldByAnotherReplicaThatReadTheStreamsInAnotherOrder() {
    Replica one = new Replica(100);
    one.reads(Source.PURCHASE_RECORDED, 10, MEMBER);
    Positions heard = one.reads(Source.MEDIA_READY, 30, MEMBER);
    one.reads(Source.PURCHASE_RECORDED, 20, MEMBER);

    Replica other = new Replica(100);
    other.reads(Source.PURCHASE_RECORDED, 10, MEMBER);
    other.reads(Source.PURCHASE_RECORDED, 20, MEMBER);
    other.reads(Source.MEDIA_READY, 30, MEMBER);
    other.reads(Source.MEDIA_READY, 40, MEMBER);

    assertThat(other.missed(heard)).containsExactly("PURCHASE_RECORDED 20", "MEDIA_READY 40");
  }

  @Test
  void isNothingOfOthers() {
    Replica replica = new Replica(100);
    replica.reads(Source.MEDIA_READY, 10, OTHER);

    assertThat(replica.missed(Positions.NONE)).isEmpty();
  }

  @Test
  void isUnknownOnceSomethingWasForgotten() {
    Replica replica = new Replica(2);
    Positions early = replica.reads(Source.MEDIA_READY, 10, OTHER);
    Positions late = replica.reads(Source.MEDIA_READY, 20, OTHER);
    replica.reads(Source.MEDIA_READY, 30, MEMBER);
    assertThat(replica.missed(early)).containsExactly("MEDIA_READY 30");

    replica.reads(Source.PURCHASE_RECORDED, 40, MEMBER);

    assertThat(replica.after(early)).isEmpty();
    assertThat(replica.missed(late)).containsExactly("MEDIA_READY 30", "PURCHASE_RECORDED 40");
  }

  @Test
  void isUnknownBeforeWhereTheReplicaBegan() {
    Replica replica = new Replica(100);
    replica.backlog.startAfter(Source.SHARE_FAILED, new EntryId(50, 0));
    Positions before = Positions.NONE.with(Source.SHARE_FAILED, new EntryId(49, 9));

    assertThat(replica.after(before)).isEmpty();
    assertThat(replica.after(before.with(Source.SHARE_FAILED, new EntryId(50, 0)))).isPresent();
  }

  @Test
  void isNotToldTwiceWhenItsServiceSaysItAgain() {
    Backlog backlog = new Backlog(100);
    LiveEvent event =
        LiveEvent.of(
            Source.MEDIA_READY,
            new EntryId(1, 0),
            "e-1",
            new Source.Change(Set.of(MEMBER), "media", JsonNodeFactory.instance.objectNode()),
            Positions.NONE);

    assertThat(backlog.add(event)).isTrue();
    assertThat(backlog.add(event)).isFalse();
  }

  @Test
  void isFoundByPositionsThatWereWrittenAndRead() {
    Positions positions =
        Positions.NONE
            .with(Source.MEDIA_READY, new EntryId(1763803800123L, 7))
            .with(Source.PURCHASE_RECORDED, new EntryId(5, 0));

    assertThat(Positions.parse(positions.toString())).contains(positions);
    assertThat(Positions.parse("")).isEmpty();
    assertThat(Positions.parse(positions + ".1-1")).isEmpty();
  }

  @Test
  void isReadOfEveryStream() {
    assertThat(Source.CONSEQUENCES_FIRST.stream().flatMap(List::stream))
        .containsExactlyInAnyOrder(Source.values());
  }
}
