package dev.dotori.members.store;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.quarkus.hibernate.orm.panache.PanacheQuery;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A store that gives points. */
@Entity
@Table(name = "store")
public class Store extends PanacheEntityBase {

  @Id public UUID id;

  public String name;

  /** ISO 4217. */
  @Column(columnDefinition = "CHAR(3)")
  public String currency;

  /** The version in force, counted from 1. */
  @Column(name = "program_version")
  public int programVersion;

  @Column(name = "created_at")
  public Instant createdAt;

  /** The store, locked until the transaction ends. */
  static Optional<Store> lock(UUID id) {
    // Native, since Hibernate's own lock says FOR UPDATE OF, which MariaDB does not understand.
    return getSession()
        .createNativeQuery("SELECT * FROM store WHERE id = :id FOR UPDATE", Store.class)
        .setParameter("id", id)
        .getResultStream()
        .findFirst();
  }

  /** Up to that many stores, newest first, that are older than the given one (null: than none). */
  static List<Store> listOlderThan(UUID id, int limit) {
    PanacheQuery<Store> stores =
        id == null ? find("order by id desc") : find("id < ?1 order by id desc", id);
    return stores.range(0, limit - 1).list();
  }
}
