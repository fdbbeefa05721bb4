package dev.dotori.socialshare.connection;

import dev.dotori.events.ConnectionBroken;
import dev.dotori.outbox.Outbox;
import dev.dotori.socialshare.SocialShareConfig;
import dev.dotori.socialshare.network.Network;
import dev.dotori.socialshare.network.NetworkException;
import dev.dotori.socialshare.network.NetworkException.Kind;
import dev.dotori.socialshare.network.Networks;
import dev.dotori.socialshare.network.SocialNetwork;
import dev.dotori.socialshare.network.SocialNetwork.Authorization;
import dev.dotori.socialshare.network.SocialNetwork.Tokens;
import io.quarkus.logging.Log;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Members' connections, and calls made with their tokens. */
@ApplicationScoped
public class ConnectionService {

  /** A token this close to its end is renewed before it is used. */
  private static final Duration RENEW_BEFORE = Duration.ofMinutes(1);

  /** How soon to look again while another worker renews the tokens. */
  private static final Duration RENEWAL_PAUSE = Duration.ofSeconds(2);

  private final ConnectionStore store;
  private final Networks networks;
  private final Outbox outbox;
  private final SocialShareConfig config;

  ConnectionService(
      ConnectionStore store, Networks networks, Outbox outbox, SocialShareConfig config) {
    this.store = store;
    this.networks = networks;
    this.outbox = outbox;
    this.config = config;
  }

  @Transactional
  public List<Connection> of(UUID memberId) {
    return store.of(memberId);
  }

  @Transactional
  public Optional<Connection> find(UUID memberId, Network network) {
    return store.find(memberId, network);
  }

  @Transactional
  public void connect(UUID memberId, Network network, Authorization authorization) {
    store.put(memberId, network, authorization);
  }

  @Transactional
  public void disconnect(UUID memberId, Network network) {
    store.remove(memberId, network);
  }

  /**
   * Marks the connection as broken and says so, once. Joins the transaction that fails the share
   * for whose sake it was noticed.
   */
  @Transactional
  public void breakOff(Connection connection, String reason) {
    if (store.breakOff(connection, reason)) {
      outbox.add(
          new ConnectionBroken(
              connection.memberId(), connection.network().key(), reason, Instant.now()));
    }
  }

  /**
   * Makes a call with the connection's access token. A token that is at its end, or that the
   * network rejects, is renewed and the call made again: a rejected call did nothing.
   *
   * @throws NetworkException what the call throws; {@code TOKEN_REJECTED} when no renewal helps
   */
  public <T> T call(Connection connection, Function<String, T> call) {
    Connection current = current(connection);
    if (isEnding(current)) {
      current = renew(current);
    }
    try {
      return call.apply(current.tokens().access());
    } catch (NetworkException e) {
      if (e.kind() != Kind.TOKEN_REJECTED) {
        throw e;
      }
    }
    return call.apply(renew(current).tokens().access());
  }

  private static boolean isEnding(Connection connection) {
    Instant end = connection.tokens().expiresAt();
    return end != null && end.isBefore(Instant.now().plus(RENEW_BEFORE));
  }

  /** The connection as it is by now: another worker may have renewed its tokens. */
  private Connection current(Connection connection) {
    return QuarkusTransaction.requiringNew()
        .call(() -> store.find(connection.memberId(), connection.network()))
        .filter(now -> now.account().id().equals(connection.account().id()))
        .filter(now -> !now.isBroken())
        .orElseThrow(() ->
            new NetworkException(
                Kind.TOKEN_REJECTED, "The account was disconnected in the meantime"));
  }

  private Connection renew(Connection connection) {
    Instant until = Instant.now().plus(config.requestTimeout()).plus(config.connectTimeout());
    boolean claimed =
        QuarkusTransaction.requiringNew().call(() -> store.claimRenewal(connection, until));
    if (!claimed) {
      throw new NetworkException(
          Kind.THROTTLED,
          "The token is being renewed by another worker",
          Instant.now().plus(RENEWAL_PAUSE));
    }
    SocialNetwork network = networks.find(connection.network()).orElseThrow();
    Tokens tokens;
    try {
      tokens = network.renew(connection.account(), connection.tokens());
    } catch (NetworkException e) {
      QuarkusTransaction.requiringNew().run(() -> store.releaseRenewal(connection));
      throw e.kind() == Kind.REFUSED ? ofOurApp(e) : e;
    }
    QuarkusTransaction.requiringNew().run(() -> store.renewed(connection, tokens));
    return current(connection);
  }

  /** It is our app that the network refuses, not the member: for the operator to mend. */
  private static NetworkException ofOurApp(NetworkException e) {
    Log.errorf("The network refuses this app's renewal of tokens: %s", e.getMessage());
    return new NetworkException(
        Kind.UNREACHABLE, "The token can't be renewed right now: " + e.getMessage());
  }
}
