package dev.dotori.media.inspection;

import dev.dotori.media.file.Rejection;

/** A file is not what it may be. Trying again would find the same. */
class RejectedFileException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Rejection reason;

  RejectedFileException(Rejection reason, String detail) {
    super(detail);
    this.reason = reason;
  }

  RejectedFileException(Rejection reason, Throwable cause) {
    super(cause);
    this.reason = reason;
  }

  Rejection reason() {
    return reason;
  }
}
