package dev.dotori.points.program;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;

/**
 * Points per minor unit of currency: an exact decimal, 0 or more, never floating point.
 *
 * @param text up to 18 digits, and up to 18 more after a point, for example {@code 0.1}
 */
public record EarnRate(String text) {

  // Bounds the arithmetic as well: 1e999999999 is a valid BigDecimal of a gigabyte of digits.
  private static final Pattern PLAIN_DECIMAL = Pattern.compile("[0-9]{1,18}(\\.[0-9]{1,18})?");

  public EarnRate {
    if (!isValid(text)) {
      throw new IllegalArgumentException("not an earn rate: " + text);
    }
  }

  /** Whether a text is an earn rate. */
  public static boolean isValid(String text) {
    return text != null && PLAIN_DECIMAL.matcher(text).matches();
  }

  /** {@code floor(amount × rate)} in points, of any size; the amount is in minor units. */
  public BigInteger pointsFor(long amount) {
    return new BigDecimal(text).multiply(BigDecimal.valueOf(amount)).toBigInteger();
  }
}
