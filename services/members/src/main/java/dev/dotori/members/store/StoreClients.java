package dev.dotori.members.store;

import dev.dotori.members.secret.Secret;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** The clients by which stores' tills sign in. */
@ApplicationScoped
public class StoreClients {

  // Long enough for each id that is given out, short enough for the column.
  private static final int MAX_CLIENT_ID = 64;

  /** The client of this id, if there is one. */
  @Transactional
  public Optional<StoreClient> find(String clientId) {
    if (clientId.length() > MAX_CLIENT_ID || !clientId.startsWith(StoreClient.PREFIX)) {
      return Optional.empty();
    }
    return StoreClient.findByIdOptional(clientId);
  }

  /** Makes the store's client, within the transaction that makes the store. */
  @Transactional(Transactional.TxType.MANDATORY)
  StoreClient create(UUID storeId, Secret secret, Instant now) {
    StoreClient client = new StoreClient();
    client.clientId = StoreClient.PREFIX + storeId;
    client.storeId = storeId;
    client.secretHash = secret.hash();
    client.createdAt = now;
    client.persist();
    return client;
  }
}
