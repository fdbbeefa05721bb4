package dev.dotori.socialshare.connection;

import dev.dotori.socialshare.network.Network;
import dev.dotori.socialshare.network.SocialNetwork.Account;
import dev.dotori.socialshare.network.SocialNetwork.Tokens;
import java.time.Instant;
import java.util.UUID;

/**
 * A member's account at a network, with the tokens that let this service post there.
 *
 * @param brokenReason why the network takes the tokens no longer; null while it does
 * @param version changes whenever the tokens do
 */
public record Connection(
    UUID memberId,
    Network network,
    Account account,
    Tokens tokens,
    String brokenReason,
    Instant connectedAt,
    long version) {

  public boolean isBroken() {
    return brokenReason != null;
  }

  /** Without the tokens: connections end up in logs. */
  @Override
  public String toString() {
    return "Connection[%s %s %s v%d]".formatted(memberId, network.key(), account.id(), version);
  }
}
