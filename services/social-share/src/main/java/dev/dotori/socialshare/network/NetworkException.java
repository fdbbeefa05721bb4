package dev.dotori.socialshare.network;

import java.time.Instant;

/** A network did not do what it was asked for, or did not say whether it did. */
public class NetworkException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What is to be made of it. */
  public enum Kind {
    /** The request never reached the network; nothing was done. */
    UNREACHABLE,
    /** No answer came, or one that doesn't tell: it may have been done. */
    UNANSWERED,
    /** Too many requests; nothing was done. */
    THROTTLED,
    /** The token expired or was revoked; nothing was done. A renewal may help. */
    TOKEN_REJECTED,
    /** The network has just this post already. */
    DUPLICATE,
    /** The network refuses this request for good. */
    REFUSED
  }

  private final Kind kind;
  private final Instant notBefore;

  public NetworkException(Kind kind, String detail) {
    this(kind, detail, null);
  }

  /**
   * @param detail what the network said, without any secret
   * @param notBefore when another try has a chance, if the network told
   */
  public NetworkException(Kind kind, String detail, Instant notBefore) {
    super(detail);
    this.kind = kind;
    this.notBefore = notBefore;
  }

  public Kind kind() {
    return kind;
  }

  /** When another try has a chance; null when the network didn't tell. */
  public Instant notBefore() {
    return notBefore;
  }
}
