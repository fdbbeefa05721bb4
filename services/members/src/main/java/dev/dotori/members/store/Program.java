package dev.dotori.members.store;

import dev.dotori.events.ProgramTerms;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;

/**
 * The terms under which a store gives points. What a request leaves out has its default.
 *
 * <p>The limits keep every product of terms and amounts within 64 bits: 10^12 minor units, the most
 * a purchase may amount to, earn at most 10^15 points.
 *
 * @param earnRate points per minor unit of currency: an exact decimal as text, 0 to 1000, with at
 *     most 9 decimals
 * @param minPurchase minor units below which a purchase earns nothing
 * @param expiryDays days until earned points expire, or null for never
 * @param shareBonus points for a published share
 * @param shareBonusDailyCap most bonus points a member gets from this store in a UTC day
 * @param maxParticipants most participants of one purchase, the buyer included
 */
public record Program(
    @Size(max = 14)
        @Pattern(
            regexp = "[0-9]{1,4}(\\.[0-9]{1,9})?",
            message = "must be a decimal such as \"0.1\", with at most 9 decimals")
        @DecimalMax("1000")
        String earnRate,
    @Min(0) @Max(Program.MAX_AMOUNT) Long minPurchase,
    @Min(1) @Max(36_500) Integer expiryDays,
    @Min(0) @Max(Program.MAX_BONUS) Long shareBonus,
    @Min(0) @Max(Program.MAX_BONUS) Long shareBonusDailyCap,
    @Min(1) @Max(100) Integer maxParticipants) {

  private static final long MAX_AMOUNT = 1_000_000_000_000L;
  private static final long MAX_BONUS = 1_000_000_000L;

  /** Puts the default where nothing is given. */
  public Program {
    earnRate = earnRate == null ? "0.1" : earnRate;
    minPurchase = minPurchase == null ? 0L : minPurchase;
    shareBonus = shareBonus == null ? 20L : shareBonus;
    shareBonusDailyCap = shareBonusDailyCap == null ? 60L : shareBonusDailyCap;
    maxParticipants = maxParticipants == null ? 20 : maxParticipants;
  }

  /** The program of a store that was opened without terms of its own. */
  public static Program standard() {
    return new Program(null, null, null, null, null, null);
  }

  /** Whether the other's terms are the same, whatever way its rate is written. */
  boolean hasTermsOf(Program other) {
    return canonical().equals(other.canonical());
  }

  /** The same terms with the rate in its shortest form: {@code 0.10} becomes {@code 0.1}. */
  Program canonical() {
    return new Program(
        new BigDecimal(earnRate).stripTrailingZeros().toPlainString(),
        minPurchase,
        expiryDays,
        shareBonus,
        shareBonusDailyCap,
        maxParticipants);
  }

  /** The terms as events carry them. */
  ProgramTerms terms() {
    return new ProgramTerms(
        earnRate, minPurchase, expiryDays, shareBonus, shareBonusDailyCap, maxParticipants);
  }
}
