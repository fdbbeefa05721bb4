package dev.dotori.local.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {

  private final List<PurchaseRecord> sample = SamplePurchases.first(Integer.MAX_VALUE);

  @Test
  void isTheSameForTheSameSeedAndAnotherForAnother() {
    assertThat(Plan.of(sample, 1)).isEqualTo(Plan.of(sample, 1));
    assertThat(Plan.of(sample, 2).key()).isNotEqualTo(Plan.of(sample, 1).key());
    assertThat(Plan.of(sample, 2).purchases()).isNotEqualTo(Plan.of(sample, 1).purchases());
    assertThat(Plan.of(sample.subList(0, 10), 1).key()).isNotEqualTo(Plan.of(sample, 1).key());
  }

  @Test
  void sharesEachPurchaseWithUpToFourOthersAndNobodyTwice() {
    Plan plan = Plan.of(sample, 1);

    assertThat(plan.purchases())
        .allSatisfy(purchase -> {
          assertThat(purchase.sharers()).hasSizeLessThanOrEqualTo(4);
          assertThat(purchase.participants()).doesNotHaveDuplicates();
          assertThat(plan.customers()).containsAll(purchase.participants());
        });
    assertThat(plan.purchases())
        .extracting(purchase -> purchase.sharers().size())
        .contains(0, 1, 2, 3, 4);
  }

  @Test
  void sharesWithNobodyWhereThereIsNobodyElse() {
    Plan plan = Plan.of(List.of(new PurchaseRecord(1, "1", LocalDate.EPOCH, 100)), 1);

    assertThat(plan.purchases().getFirst().sharers()).isEmpty();
  }
}
