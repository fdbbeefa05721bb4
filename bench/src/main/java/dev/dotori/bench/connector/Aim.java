package dev.dotori.bench.connector;

import java.util.Locale;

/**
 * What was wanted, beside what was reached.
 *
 * @param what was measured
 * @param wanted the limit
 * @param atLeast whether the limit is the least that will do, rather than the most
 * @param unit of both numbers; empty for a ratio
 */
public record Aim(String what, double wanted, boolean atLeast, double reached, String unit) {

  public static Aim atLeast(double wanted, String unit, String what, double reached) {
    return new Aim(what, wanted, true, reached, unit);
  }

  public static Aim atMost(double wanted, String unit, String what, double reached) {
    return new Aim(what, wanted, false, reached, unit);
  }

  /** As it is written into results. */
  public String getVerdict() {
    return isReached() ? "ok" : "missed";
  }

  private boolean isReached() {
    return atLeast ? reached >= wanted : reached <= wanted;
  }

  String wantedText() {
    return (atLeast ? "≥ " : "≤ ") + number(wanted);
  }

  String reachedText() {
    return number(reached);
  }

  private String number(double value) {
    return String.format(Locale.ROOT, "%.2f%s", value, unit.isEmpty() ? "" : " " + unit);
  }
}
