package dev.dotori.members.member;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A person who collects points. */
@Entity
@Table(name = "member")
public class Member extends PanacheEntityBase {

  @Id public UUID id;

  /** In its {@linkplain EmailAddress#normalise normal form}; unique. Null for who left. */
  public String email;

  /** Null for who left. */
  @Column(name = "display_name")
  public String displayName;

  /** Null for a member who was enrolled at a till and has set no password. */
  @Column(name = "password_hash")
  public String passwordHash;

  /** Counts changes. Changed only under a lock on the row. */
  public int version;

  @Column(name = "created_at")
  public Instant createdAt;

  /** When the member left, or null. Nothing of the person is here since then. */
  @Column(name = "closed_at")
  public Instant closedAt;

  /** The member of the address, if there is one. */
  public static Optional<Member> ofEmail(String email) {
    return find("email", email).firstResultOptional();
  }

  /** The member, unless they left. */
  static Optional<Member> ofId(UUID id) {
    return find("id = ?1 and closedAt is null", id).firstResultOptional();
  }

  /** The member, locked until the transaction ends; who left is found as well. */
  static Optional<Member> lock(UUID id) {
    // Native, since Hibernate's own lock says FOR UPDATE OF, which MariaDB does not understand.
    return getSession()
        .createNativeQuery("SELECT * FROM member WHERE id = :id FOR UPDATE", Member.class)
        .setParameter("id", id)
        .getResultStream()
        .findFirst();
  }

  /** Those of the ids that are members and did not leave, in one query. */
  static List<Member> ofIds(Collection<UUID> ids) {
    return list("id in ?1 and closedAt is null", ids);
  }
}
