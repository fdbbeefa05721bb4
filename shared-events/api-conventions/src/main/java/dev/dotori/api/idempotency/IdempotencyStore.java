package dev.dotori.api.idempotency;

import java.util.Optional;

/** Where a service keeps its answers, so that a key's effect and answer are one. */
public interface IdempotencyStore {

  /**
   * Claims the key within the current transaction.
   *
   * @return the answer that the key has already, or empty when it is now ours to answer
   * @throws dev.dotori.api.problem.ProblemException 409 while another request holds the key
   */
  Optional<StoredAnswer> claim(String caller, String key, byte[] requestHash);

  /** Keeps the answer of a key that {@link #claim} gave to us, in the same transaction. */
  void store(String caller, String key, StoredAnswer answer);
}
