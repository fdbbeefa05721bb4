package dev.dotori.points.ledger;

import java.util.Arrays;

/** Why points were moved. */
public enum TransactionType {
  /** A purchase's earning, to all who share it. */
  PURCHASE(1, "purchase"),
  /** The bonus for a published share. */
  SHARE_BONUS(2, "share_bonus");

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
