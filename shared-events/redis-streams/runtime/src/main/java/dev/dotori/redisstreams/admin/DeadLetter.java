package dev.dotori.redisstreams.admin;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * An entry that its group has given up.
 *
 * @param id its id in the stream of the dead letters, which tells when it became one
 * @param stream the stream that the entry was first added to
 * @param entryId the id that the entry has there; handlers see the same id when it is replayed
 * @param group the group that failed on it
 * @param attempts how often it was delivered to the group
 * @param reason the message of the failure
 * @param exceptionClassName class of the failure; empty if it was nacked without a reason
 * @param cause the message of the failure's cause, if it had one
 * @param causeClassName class of the failure's cause, if it had one
 * @param firstFailure when it first failed in a handler
 * @param lastFailure when it last failed
 * @param fields the entry's own fields in their order; of fields with one name the first
 */
public record DeadLetter(
    String id,
    String stream,
    String entryId,
    String group,
    int attempts,
    String reason,
    String exceptionClassName,
    Optional<String> cause,
    Optional<String> causeClassName,
    Instant firstFailure,
    Instant lastFailure,
    Map<String, byte[]> fields) {

  /** A field of the entry as UTF-8 text, if there is one of that name. */
  public Optional<String> field(String name) {
    return Optional.ofNullable(fields.get(name))
        .map(value -> new String(value, StandardCharsets.UTF_8));
  }
}
