package dev.dotori.media.file;

import com.fasterxml.jackson.annotation.JsonValue;

/** Why a file was refused; the text is what owners and posts get as the reason. */
public enum Rejection {
  /** The upload has another length than declared. */
  SIZE_MISMATCH("size_mismatch"),
  /** The upload has another SHA-256 than declared. */
  CHECKSUM_MISMATCH("checksum_mismatch"),
  /** The bytes are of none of the types taken. */
  UNSUPPORTED_TYPE("unsupported_type"),
  /** More pixels, a longer edge or more frames than allowed. */
  DIMENSIONS_TOO_LARGE("dimensions_too_large"),
  /** It begins as one of the types, but can't be read to its end. */
  DAMAGED("damaged"),
  /** Its owner removed it. */
  DELETED("deleted");

  private final String text;

  Rejection(String text) {
    this.text = text;
  }

  /** The reason as clients get it. */
  @JsonValue
  public String text() {
    return text;
  }
}
