package dev.dotori.points.ledger;

import java.util.UUID;

/**
 * One account of the ledger.
 *
 * @param owner whose account it is: a member, a store, a redemption, or the house
 */
public record Account(AccountClass accountClass, UUID owner) {

  /** The owner of what is neither a member's nor a store's. */
  private static final UUID HOUSE = new UUID(0, 0);

  /** What operators gave and took. */
  public static final Account ADJUSTMENTS = new Account(AccountClass.ADJUSTMENTS, HOUSE);

  public static Account ofMember(UUID memberId) {
    return new Account(AccountClass.MEMBER, memberId);
  }

  public static Account ofPurchases(UUID storeId) {
    return new Account(AccountClass.PURCHASES, storeId);
  }

  public static Account ofShareBonuses(UUID storeId) {
    return new Account(AccountClass.SHARE_BONUSES, storeId);
  }

  public static Account ofHold(UUID redemptionId) {
    return new Account(AccountClass.HOLDS, redemptionId);
  }

  public static Account ofRedemptions(UUID storeId) {
    return new Account(AccountClass.REDEMPTIONS, storeId);
  }

  /** What expired of a member's. */
  public static Account ofExpired(UUID memberId) {
    return new Account(AccountClass.EXPIRED, memberId);
  }

  public static Account ofDebt(UUID memberId) {
    return new Account(AccountClass.DEBTS, memberId);
  }

  boolean isMembers() {
    return accountClass == AccountClass.MEMBER;
  }
}
