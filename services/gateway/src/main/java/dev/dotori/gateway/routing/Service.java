package dev.dotori.gateway.routing;

import java.util.Locale;

/** The services behind the gateway. */
public enum Service {
  MEMBERS,
  POINTS,
  POSTING,
  SOCIAL_SHARE,
  MEDIA;

  /** The name it has everywhere else: {@code social-share}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
