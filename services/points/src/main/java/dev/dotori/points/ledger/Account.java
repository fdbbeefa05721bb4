package dev.dotori.points.ledger;

import java.util.UUID;

/**
 * One account of the ledger.
 *
 * @param owner the member or store whose account it is
 */
public record Account(AccountClass accountClass, UUID owner) {

  public static Account ofMember(UUID memberId) {
    return new Account(AccountClass.MEMBER, memberId);
  }

  public static Account ofPurchases(UUID storeId) {
    return new Account(AccountClass.PURCHASES, storeId);
  }

  public static Account ofShareBonuses(UUID storeId) {
    return new Account(AccountClass.SHARE_BONUSES, storeId);
  }

  boolean isMembers() {
    return accountClass == AccountClass.MEMBER;
  }
}
