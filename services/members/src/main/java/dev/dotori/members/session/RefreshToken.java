package dev.dotori.members.session;

import dev.dotori.members.secret.Secret;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;

/** A refresh token: good for one exchange. */
@Entity
@Table(name = "refresh_token")
public class RefreshToken extends PanacheEntityBase {

  @Id
  @Column(name = "token_hash", columnDefinition = "BINARY(32)")
  public byte[] tokenHash;

  @ManyToOne(fetch = FetchType.LAZY, optional = false)
  @JoinColumn(name = "session_id")
  public Session session;

  @Column(name = "expires_at")
  public Instant expiresAt;

  /** When it was exchanged for its successor, or null. */
  @Column(name = "spent_at")
  public Instant spentAt;

  /** The token and its session, both locked: a family's exchanges happen one after the other. */
  static Optional<RefreshToken> lock(Secret token) {
    // Native, since Hibernate's own lock says FOR UPDATE OF, which MariaDB does not understand.
    return getSession()
        .createNativeQuery(
            "SELECT t.* FROM refresh_token t JOIN session s ON s.id = t.session_id"
                + " WHERE t.token_hash = :hash FOR UPDATE",
            RefreshToken.class)
        .setParameter("hash", token.hash())
        .getResultStream()
        .findFirst();
  }
}
