package dev.dotori.points.ledger;

import java.util.Arrays;

/** What kind of account points are moved from or to. */
public enum AccountClass {
  /** A member's points: what the stores owe; credited when earned. */
  MEMBER(1, "members"),
  /** What a store gave for purchases. */
  PURCHASES(2, "purchases"),
  /** What a store gave for shares of its customers' posts. */
  SHARE_BONUSES(3, "shareBonuses"),
  /** Points that are held for a redemption, an account for each: owed still, and not to be used. */
  HOLDS(4, "holds"),
  /** What a store took in for what it gave to members. */
  REDEMPTIONS(5, "redemptions"),
  /** What operators gave and took. */
  ADJUSTMENTS(6, "adjustments"),
  /** What members didn't use in time. */
  EXPIRED(7, "expired"),
  /** What a member owes: points that were taken back when they were spent already. */
  DEBTS(8, "debts");

  private final int code;
  private final String label;

  AccountClass(int code, String label) {
    this.code = code;
    this.label = label;
  }

  /** As the tables have it; never reused. */
  public int code() {
    return code;
  }

  /** As the trial balance names it. */
  public String label() {
    return label;
  }

  static AccountClass ofCode(int code) {
    return Arrays.stream(values()).filter(it -> it.code == code).findFirst().orElseThrow();
  }
}
