package dev.dotori.members.session;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A member's sign-in and the family of refresh tokens that came of it. */
@Entity
@Table(name = "session")
public class Session extends PanacheEntityBase {

  @Id public UUID id;

  @Column(name = "member_id")
  public UUID memberId;

  @Column(name = "created_at")
  public Instant createdAt;

  /** When it ends at the latest. */
  @Column(name = "expires_at")
  public Instant expiresAt;

  /** When it was ended, or null. */
  @Column(name = "ended_at")
  public Instant endedAt;

  boolean isOver(Instant now) {
    return endedAt != null || !now.isBefore(expiresAt);
  }

  void end(Instant now) {
    if (endedAt == null) {
      endedAt = now;
    }
  }
}
