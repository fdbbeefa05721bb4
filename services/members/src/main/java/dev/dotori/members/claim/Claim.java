package dev.dotori.members.claim;

import dev.dotori.members.secret.Secret;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A token that was mailed to a member. */
@Entity
@Table(name = "claim")
public class Claim extends PanacheEntityBase {

  @Id
  @Column(name = "token_hash", columnDefinition = "BINARY(32)")
  public byte[] tokenHash;

  @Column(name = "member_id")
  public UUID memberId;

  @Column(name = "expires_at")
  public Instant expiresAt;

  /** The claim of the token, unless it is unknown, used or expired. */
  static Optional<Claim> valid(Secret token, Instant now) {
    return find("tokenHash = ?1 and expiresAt > ?2", token.hash(), now).firstResultOptional();
  }
}
