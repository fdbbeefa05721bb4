package dev.dotori.media.file;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where a file is on its way to being shown. */
public enum MediaStatus {
  /** Announced; the client sends its bytes to S3. */
  @JsonProperty("awaiting_upload")
  AWAITING_UPLOAD,
  /** The bytes are there, and a worker checks them. */
  @JsonProperty("processing")
  PROCESSING,
  /** Checked, its variants made. */
  @JsonProperty("ready")
  READY,
  /** Refused for good. */
  @JsonProperty("rejected")
  REJECTED,
  /** Being removed; to everyone it is gone already. */
  @JsonProperty("deleted")
  DELETED
}
