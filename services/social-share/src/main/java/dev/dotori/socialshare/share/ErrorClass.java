package dev.dotori.socialshare.share;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why a share isn't published, for programs to tell apart. */
public enum ErrorClass {
  /** The author has no account connected at the network. */
  NOT_CONNECTED,
  /** The network takes the connection's tokens no longer: the author must connect again. */
  CONNECTION_BROKEN,
  /** This installation has no app at the network. */
  NETWORK_NOT_OFFERED,
  /** The text doesn't fit; it is sent as it is, never shortened. */
  TEXT_TOO_LONG,
  /** More media than the network takes in one post. */
  TOO_MANY_MEDIA,
  /** A medium is gone, or not ready. */
  MEDIA_UNAVAILABLE,
  /** No variant of a medium is of a type and size that the network takes. */
  MEDIA_UNSUPPORTED,
  /** The network has the same post already. */
  DUPLICATE,
  /** The network refuses the post for good. */
  REFUSED,
  /** Too many requests for now. */
  RATE_LIMITED,
  /** The network, or the media service, can't be reached or fails for now. */
  UNAVAILABLE,
  /** The post was sent and no answer came: it may be there. */
  NO_ANSWER,
  /** The post may be there, and the network doesn't let us look. */
  CANNOT_LOOK_UP,
  /** The author deleted the post. */
  POST_DELETED,
  /** A fault of our own. */
  INTERNAL;

  /** The name in answers, events and tables, e.g. {@code text_too_long}. */
  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  static ErrorClass of(String key) {
    return valueOf(key.toUpperCase(Locale.ROOT));
  }
}
