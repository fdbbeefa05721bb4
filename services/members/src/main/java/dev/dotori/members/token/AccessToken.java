package dev.dotori.members.token;

import java.time.Duration;

/**
 * A signed token, as its bearer gets it.
 *
 * @param value the JWT
 * @param lifetime how long it is good for from now on
 */
public record AccessToken(String value, Duration lifetime) {

  @Override
  public String toString() {
    return "AccessToken[…]";
  }
}
