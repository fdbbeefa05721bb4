package dev.dotori.members.token;

import dev.dotori.api.Role;
import dev.dotori.members.MembersConfig;
import dev.dotori.members.secret.Secret;
import dev.dotori.members.store.StoreClients;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Tells clients by their secrets: the operator and the services as configured, and the stores. */
@ApplicationScoped
public class Clients {

  private final Map<String, Configured> configured;
  private final StoreClients stores;

  Clients(MembersConfig config, StoreClients stores) {
    this.stores = stores;
    this.configured =
        config.serviceSecrets().byService().entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    service ->
                        Configured.of(
                            new Client(service.getKey(), Role.SERVICE, service.getKey()),
                            service.getValue())));
    config
        .operator()
        .clientSecret()
        .ifPresent(secret -> {
          String clientId = config.operator().clientId();
          Configured operator =
              Configured.of(new Client(clientId, Role.OPERATOR, clientId), secret);
          if (configured.putIfAbsent(clientId, operator) != null) {
            throw new IllegalStateException(
                "dotori.members.operator.client-id is the name of a service: " + clientId);
          }
        });
  }

  /** The client of this id, if the secret is its own. */
  public Optional<Client> authenticate(String clientId, Secret secret) {
    Configured known = configured.get(clientId);
    if (known != null) {
      return secret.hasHash(known.secretHash()) ? Optional.of(known.client()) : Optional.empty();
    }
    return stores
        .find(clientId)
        .filter(store -> secret.hasHash(store.secretHash()))
        .map(store -> new Client(clientId, Role.STORE, store.storeId().toString()));
  }

  private record Configured(Client client, byte[] secretHash) {

    static Configured of(Client client, String secret) {
      return new Configured(client, Secret.sha256(secret));
    }
  }
}
