package dev.dotori.media.idempotency;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dotori.api.Ids;
import dev.dotori.api.idempotency.IdempotencyStore;
import dev.dotori.api.idempotency.StoredAnswer;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.media.bucket.Bucket;
import dev.dotori.media.file.Keys;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * Keeps answers in the bucket: an object per caller and key, created before the effect (S3 lets
 * just one creation win) and filled with the answer after it.
 *
 * <p>There is no transaction with S3. A crash between the two leaves a claim without an answer: the
 * next try takes it over once its lease is up and does the effect anew. What the first try may have
 * left is a file that no client ever heard of; it is forgotten as one that was never uploaded.
 */
@RegisterForReflection(targets = {BucketIdempotencyStore.Claim.class, StoredAnswer.class})
@ApplicationScoped
public class BucketIdempotencyStore implements IdempotencyStore {

  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration KEPT = Duration.ofHours(24);

  private final Bucket bucket;
  private final ObjectMapper mapper;
  private final TransactionSynchronizationRegistry transactions;

  @Inject
  BucketIdempotencyStore(
      Bucket bucket, ObjectMapper mapper, TransactionSynchronizationRegistry transactions) {
    this.bucket = bucket;
    this.mapper = mapper;
    this.transactions = transactions;
  }

  /**
   * What an object holds.
   *
   * @param holder of the claim, so that no two claims are the same bytes
   * @param answer null while the request is running
   */
  record Claim(UUID holder, byte[] requestHash, Instant at, StoredAnswer answer) {}

  @Override
  public Optional<StoredAnswer> claim(String caller, String key, byte[] requestHash) {
    String object = object(caller, key);
    byte[] claim = json(new Claim(Ids.next(), requestHash, Instant.now(), null));
    if (bucket.create(object, claim)) {
      freeUnlessCommitted(object);
      return Optional.empty();
    }
    Optional<Bucket.Stored> stored = bucket.read(object);
    if (stored.isPresent()) {
      Claim before = read(stored.get().body());
      Duration age = Duration.between(before.at(), Instant.now());
      if (before.answer() != null && age.compareTo(KEPT) < 0) {
        return Optional.of(before.answer());
      }
      if ((before.answer() != null || age.compareTo(LEASE) >= 0)
          && bucket.replace(object, claim, stored.get().etag())) {
        freeUnlessCommitted(object);
        return Optional.empty();
      }
    }
    throw new ProblemException(
        ProblemTypes.REQUEST_IN_PROGRESS,
        "A request with this Idempotency-Key is still running; ask again for its answer.",
        Duration.ofSeconds(1));
  }

  @Override
  public void store(String caller, String key, StoredAnswer answer) {
    Bucket.Stored claim =
        bucket
            .read(object(caller, key))
            .orElseThrow(() -> new IllegalStateException("the idempotency key was not claimed"));
    byte[] answered = json(new Claim(Ids.next(), answer.requestHash(), Instant.now(), answer));
    if (!bucket.replace(object(caller, key), answered, claim.etag())) {
      throw new IllegalStateException("the idempotency key was taken over");
    }
  }

  private void freeUnlessCommitted(String object) {
    transactions.registerInterposedSynchronization(
        new Synchronization() {
          @Override
          public void beforeCompletion() {}

          @Override
          public void afterCompletion(int status) {
            if (status != Status.STATUS_COMMITTED) {
              bucket.delete(object);
            }
          }
        });
  }

  // Hashed, since a key is the client's text and an object's name is not the place for that.
  private static String object(String caller, String key) {
    try {
      byte[] text = (caller + "\n" + key).getBytes(StandardCharsets.UTF_8);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text);
      return Keys.IDEMPOTENCY + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private Claim read(byte[] json) {
    try {
      return mapper.readValue(json, Claim.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] json(Claim claim) {
    try {
      return mapper.writeValueAsBytes(claim);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
