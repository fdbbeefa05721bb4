package dev.dotori.sandbox.state;

import dev.dotori.sandbox.Network;
import java.time.Instant;

/**
 * What a person allowed at the consent page: an authorization code that waits for its exchange.
 *
 * @param codeChallenge the S256 challenge, or null when PKCE was not asked for
 */
public record Consent(
    String code,
    Network network,
    String accountId,
    String redirectUri,
    String scope,
    String codeChallenge,
    Instant expiresAt) {}
