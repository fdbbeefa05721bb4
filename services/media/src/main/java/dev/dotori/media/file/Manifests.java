package dev.dotori.media.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.dotori.media.bucket.Bucket;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Reads and changes manifests. Of changes that meet, each is made to what the one before left.
 *
 * <p>Between processes S3's conditional writes see to that. Within one process a lock does, which
 * spares the losers' tries, and is needed with S3Proxy's file system: its If-Match is a look before
 * the write, not one step with it.
 */
@ApplicationScoped
public class Manifests {

  private static final int TRIES = 20;
  private static final int STRIPES = 64;

  private final Bucket bucket;
  private final ObjectReader reader;
  private final ObjectWriter writer;
  private final Lock[] locks =
      IntStream.range(0, STRIPES).mapToObj(i -> new ReentrantLock()).toArray(Lock[]::new);

  @Inject
  Manifests(Bucket bucket, ObjectMapper mapper) {
    this.bucket = bucket;
    this.reader = mapper.readerFor(Manifest.class);
    this.writer = mapper.writerFor(Manifest.class);
  }

  /** Before and after of a change. */
  public record Change(Manifest before, Manifest after) {

    /** Whether anything was changed. */
    public boolean happened() {
      return before != after;
    }
  }

  /** The manifest of a file that is there. */
  public Optional<Manifest> find(UUID id) {
    return findAny(id).filter(manifest -> manifest.status() != MediaStatus.DELETED);
  }

  /** The manifest of a file that is there or is being removed. */
  public Optional<Manifest> findAny(UUID id) {
    return bucket.read(Keys.manifest(id)).map(stored -> read(stored.body()));
  }

  /** Writes the manifest of a new file. */
  public void create(Manifest manifest) {
    if (!bucket.create(Keys.manifest(manifest.id()), json(manifest))) {
      throw new IllegalStateException("there is a manifest of " + manifest.id());
    }
  }

  /**
   * Changes a manifest.
   *
   * @param change called with the present state, again after a lost race; returns its argument when
   *     there is nothing to change
   * @return empty when there is no such file
   */
  public Optional<Change> change(UUID id, UnaryOperator<Manifest> change) {
    Lock lock = locks[Math.floorMod(id.hashCode(), STRIPES)];
    lock.lock();
    try {
      for (int attempt = 0; attempt < TRIES; attempt++) {
        Optional<Bucket.Stored> stored = bucket.read(Keys.manifest(id));
        if (stored.isEmpty()) {
          return Optional.empty();
        }
        Manifest before = read(stored.get().body());
        Manifest after = change.apply(before);
        if (before == after
            || bucket.replace(Keys.manifest(id), json(after), stored.get().etag())) {
          return Optional.of(new Change(before, after));
        }
      }
      throw new IllegalStateException("too many changes at once to the manifest of " + id);
    } finally {
      lock.unlock();
    }
  }

  private Manifest read(byte[] json) {
    try {
      return reader.readValue(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] json(Manifest manifest) {
    try {
      return writer.writeValueAsBytes(manifest);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
