package dev.dotori.points.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ProgramTest {

  @Test
  void aPurchaseBelowTheMinimumEarnsNothing() {
    Program program = program(500, null);
    assertThat(program.earned(499)).isEqualTo(BigInteger.ZERO);
    assertThat(program.earned(500)).isEqualTo(BigInteger.valueOf(50));
  }

  @Test
  void pointsExpireAtTheEndOfTheirLastDay() {
    assertThat(program(0, 30).expiryOf(Instant.parse("2026-11-22T09:30:00Z")))
        .isEqualTo(Instant.parse("2026-12-23T00:00:00Z"));
  }

  @Test
  void pointsWithoutExpiryStay() {
    assertThat(program(0, null).expiryOf(Instant.parse("2026-11-22T09:30:00Z"))).isNull();
  }

  private static Program program(long minPurchase, Integer expiryDays) {
    return new Program(
        UUID.randomUUID(), "USD", 1, new EarnRate("0.1"), minPurchase, expiryDays, 20, 60, 20);
  }
}
