package dev.dotori.members.token;

import dev.dotori.api.Role;

/**
 * Software that calls with a secret of its own.
 *
 * @param clientId what it signs in with
 * @param role what it may do
 * @param subject whom it acts for: the store's id, or the client itself
 */
public record Client(String clientId, Role role, String subject) {}
