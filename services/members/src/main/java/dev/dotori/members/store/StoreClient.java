package dev.dotori.members.store;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A client that acts for a store. */
@Entity
@Table(name = "store_client")
public class StoreClient extends PanacheEntityBase {

  /** What tells a store's client id from those of the operator and the services. */
  static final String PREFIX = "store-";

  @Id
  @Column(name = "client_id")
  public String clientId;

  @Column(name = "store_id")
  public UUID storeId;

  /** SHA-256 of the client secret. */
  @Column(name = "secret_hash", columnDefinition = "BINARY(32)")
  public byte[] secretHash;

  @Column(name = "created_at")
  public Instant createdAt;

  /** The store that it acts for. */
  public UUID storeId() {
    return storeId;
  }

  /** SHA-256 of its secret. */
  public byte[] secretHash() {
    return secretHash.clone();
  }
}
