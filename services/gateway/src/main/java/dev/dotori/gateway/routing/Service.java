package dev.dotori.gateway.routing;

import java.util.List;
import java.util.Locale;

/** Who answers a call: a service behind the gateway, or the gateway itself. */
public enum Service {
  MEMBERS,
  POINTS,
  POSTING,
  SOCIAL_SHARE,
  MEDIA,
  GATEWAY;

  /** The services behind the gateway. */
  public static final List<Service> BEHIND = List.of(MEMBERS, POINTS, POSTING, SOCIAL_SHARE, MEDIA);

  /** The name it has everywhere else: {@code social-share}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
