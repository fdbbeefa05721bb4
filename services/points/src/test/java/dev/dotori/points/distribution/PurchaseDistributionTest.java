package dev.dotori.points.distribution;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dotori.events.Event;
import dev.dotori.events.Portion;
import dev.dotori.events.PurchaseRecorded;
import dev.dotori.outbox.PermanentFailureException;
import dev.dotori.points.PointsServiceTest;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one batch of events does to the ledger, however it comes. */
@QuarkusTest
class PurchaseDistributionTest extends PointsServiceTest {

  @Inject PurchaseDistribution distribution;

  @Test
  void postsEachPortionOnce() {
    UUID a = UUID.randomUUID();
    UUID b = UUID.randomUUID();
    distribute(List.of(PurchaseEvents.of(UUID.randomUUID(), 5, List.of(a, b))));
    assertThat(balance(a)).isEqualTo(3);
    assertThat(balance(b)).isEqualTo(2);
    assertLedgerBalanced();
  }

  @Test
  void aRedeliveredEventChangesNothing() {
    UUID member = UUID.randomUUID();
    Event<PurchaseRecorded> event = PurchaseEvents.of(UUID.randomUUID(), 70, List.of(member));
    distribute(List.of(event));
    distribute(List.of(event));
    distribute(List.of(event, PurchaseEvents.of(UUID.randomUUID(), 1, List.of(member)), event));
    assertThat(balance(member)).isEqualTo(71);
    assertThat(count("outbox WHERE CONVERT(data USING utf8mb4) LIKE '%" + member + "%'"))
        .isEqualTo(2);
    assertLedgerBalanced();
  }

  @Test
  void aBatchWithABadEventPostsNothing() {
    UUID member = UUID.randomUUID();
    Event<PurchaseRecorded> good = PurchaseEvents.of(UUID.randomUUID(), 10, List.of(member));
    Event<PurchaseRecorded> bad =
        PurchaseEvents.of(UUID.randomUUID(), 11, null, List.of(new Portion(member, 1, 10)));
    assertThatThrownBy(() -> distribute(List.of(good, bad)))
        .isInstanceOf(PermanentFailureException.class);
    assertThat(balance(member)).isZero();
  }

  @Test
  void portionsThatCannotBeRightAreRefused() {
    UUID member = UUID.randomUUID();
    List<List<Portion>> wrong =
        List.of(
            List.of(new Portion(member, 1, 11), new Portion(UUID.randomUUID(), 1, -1)),
            List.of(new Portion(member, 1, 5), new Portion(member, 1, 5)),
            List.of(new Portion(member, 1, Long.MAX_VALUE), new Portion(UUID.randomUUID(), 1, 11)));
    for (List<Portion> portions : wrong) {
      assertThatThrownBy(
              () -> distribute(List.of(PurchaseEvents.of(UUID.randomUUID(), 10, null, portions))))
          .isInstanceOf(PermanentFailureException.class);
    }
    assertThat(balance(member)).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void workersAtOnceWithTheSameEventsInAnyOrderPostEachOnce(long seed) throws Exception {
    Random random = new Random(seed);
    List<UUID> members = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      members.add(UUID.randomUUID());
    }
    long[] expected = new long[members.size()];
    List<Event<PurchaseRecorded>> events = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Collections.shuffle(members, random);
      List<UUID> participants = List.copyOf(members.subList(0, 1 + random.nextInt(6)));
      events.add(PurchaseEvents.of(UUID.randomUUID(), random.nextLong(1000), participants));
    }
    CyclicBarrier together = new CyclicBarrier(4);
    List<Callable<Void>> workers = new ArrayList<>();
    for (int worker = 0; worker < 4; worker++) {
      List<Event<PurchaseRecorded>> shuffled = new ArrayList<>(events);
      Collections.shuffle(shuffled, random);
      workers.add(() -> {
        together.await();
        for (int from = 0; from < shuffled.size(); from += 50) {
          distributeTryingAgain(shuffled.subList(from, from + 50));
        }
        return null;
      });
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
      for (Future<Void> worker : pool.invokeAll(workers)) {
        worker.get();
      }
    }

    String posted =
        events.stream()
            .map(event -> "x'" + event.data().purchaseId().toString().replace("-", "") + "'")
            .collect(joining(",", "ledger_transaction WHERE reference IN (", ")"));
    assertThat(count(posted)).as("seed %d", seed).isEqualTo(events.size());
    for (int i = 0; i < members.size(); i++) {
      UUID member = members.get(i);
      expected[i] =
          events.stream()
              .flatMap(event -> event.data().distribution().stream())
              .filter(portion -> portion.memberId().equals(member))
              .mapToLong(Portion::points)
              .sum();
      assertThat(balance(member)).as("seed %d, member %d", seed, i).isEqualTo(expected[i]);
    }
    assertLedgerBalanced();
  }

  private void distribute(List<Event<PurchaseRecorded>> events) {
    QuarkusTransaction.requiringNew().run(() -> distribution.distribute(events));
  }

  /**
   * As the consumer does when the database ends one of two transactions that wait for each other.
   */
  private void distributeTryingAgain(List<Event<PurchaseRecorded>> events) {
    for (int attempt = 1; ; attempt++) {
      try {
        distribute(events);
        return;
      } catch (RuntimeException e) {
        if (attempt == 20 || !String.valueOf(e).contains("Deadlock")) {
          throw e;
        }
      }
    }
  }
}
