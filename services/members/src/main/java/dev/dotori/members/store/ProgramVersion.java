package dev.dotori.members.store;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.Immutable;

/** One version of a store's program; never changed, since purchases refer to it. */
@Entity
@Immutable
@Table(name = "program_version")
@IdClass(ProgramVersion.Key.class)
public class ProgramVersion extends PanacheEntityBase {

  @Id
  @Column(name = "store_id")
  public UUID storeId;

  @Id public int version;

  @Column(name = "earn_rate")
  public String earnRate;

  @Column(name = "min_purchase")
  public long minPurchase;

  @Column(name = "expiry_days")
  public Integer expiryDays;

  @Column(name = "share_bonus")
  public long shareBonus;

  @Column(name = "share_bonus_daily_cap")
  public long shareBonusDailyCap;

  @Column(name = "max_participants")
  public int maxParticipants;

  @Column(name = "effective_at")
  public Instant effectiveAt;

  /** A version that is not stored yet. */
  static ProgramVersion of(UUID storeId, int version, Program program, Instant effectiveAt) {
    ProgramVersion made = new ProgramVersion();
    made.storeId = storeId;
    made.version = version;
    made.earnRate = program.earnRate();
    made.minPurchase = program.minPurchase();
    made.expiryDays = program.expiryDays();
    made.shareBonus = program.shareBonus();
    made.shareBonusDailyCap = program.shareBonusDailyCap();
    made.maxParticipants = program.maxParticipants();
    made.effectiveAt = effectiveAt;
    return made;
  }

  /** The version in force of the store. */
  static ProgramVersion inForce(Store store) {
    return findById(new Key(store.id, store.programVersion));
  }

  /** The versions in force of all the stores, in one query. */
  static List<ProgramVersion> inForce(Collection<UUID> storeIds) {
    return list(
        "select p from ProgramVersion p join Store s on s.id = p.storeId and s.programVersion = p.version"
            + " where p.storeId in ?1",
        storeIds);
  }

  /** Every version of the store, oldest first. */
  static List<ProgramVersion> allOf(UUID storeId) {
    return list("storeId = ?1 order by version", storeId);
  }

  /** Its terms. */
  Program program() {
    return new Program(
        earnRate, minPurchase, expiryDays, shareBonus, shareBonusDailyCap, maxParticipants);
  }

  /** A version's place: its store and its number. */
  public record Key(UUID storeId, int version) {}
}
