package dev.dotori.points.ledger;

import java.util.Arrays;

/** Why points were moved. */
public enum TransactionType {
  /** A purchase's earning, to all who share it. */
  PURCHASE(1, "purchase"),
  /** The bonus for a published share. */
  SHARE_BONUS(2, "share_bonus"),
  /** From one member to another. */
  TRANSFER(3, "transfer"),
  /** Held for a redemption. */
  HOLD(4, "redemption"),
  /** A hold that the store captured. */
  CAPTURE(5, "redemption_captured"),
  /** A hold that was cancelled or not captured in time. */
  RELEASE(6, "redemption_released"),
  /** An operator's correction. */
  ADJUSTMENT(7, "adjustment"),
  /** Taken back, since the purchase was. */
  REFUND(8, "refund"),
  /** Not used in time. */
  EXPIRY(9, "expiry"),
  /** Paid for what was taken back when it was spent already. */
  SETTLEMENT(10, "settlement");

  private final int code;
  private final String label;

  TransactionType(int code, String label) {
    this.code = code;
    this.label = label;
  }

  /** As the tables have it; never reused. */
  public int code() {
    return code;
  }

  /** As the API names it. */
  public String label() {
    return label;
  }

  /** The one of a code in the tables. */
  public static TransactionType ofCode(int code) {
    return Arrays.stream(values()).filter(it -> it.code == code).findFirst().orElseThrow();
  }
}
