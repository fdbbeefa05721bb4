package dev.dotori.media.bucket;

import dev.dotori.media.MediaConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The service's S3 bucket, as far as it is used: whole small objects with conditional writes, and
 * large ones as streams and files.
 *
 * <p>S3 is strongly consistent: what was written is read by the next read, and listed.
 */
@ApplicationScoped
public class Bucket {

  private static final String JSON = "application/json";
  private static final int CONFLICT = 409;
  private static final int PRECONDITION_FAILED = 412;

  private final S3Client s3;
  private final String name;

  @Inject
  Bucket(S3Client s3, MediaConfig config) {
    this.s3 = s3;
    this.name = config.bucket();
  }

  /** A small object, whole. */
  public record Stored(byte[] body, String etag, Instant modifiedAt) {}

  /** An object in a listing. */
  public record Listed(String key, Instant modifiedAt) {}

  /** Reads a small object. */
  public Optional<Stored> read(String key) {
    try {
      var object = s3.getObjectAsBytes(get -> get.bucket(name).key(key));
      return Optional.of(
          new Stored(
              object.asByteArrayUnsafe(),
              object.response().eTag(),
              object.response().lastModified()));
    } catch (NoSuchKeyException missing) {
      return Optional.empty();
    }
  }

  /** Opens an object of any size; the caller closes it. */
  public Optional<ResponseInputStream<GetObjectResponse>> open(String key) {
    try {
      return Optional.of(s3.getObject(get -> get.bucket(name).key(key)));
    } catch (NoSuchKeyException missing) {
      return Optional.empty();
    }
  }

  /** Whether there is such an object. */
  public boolean exists(String key) {
    try {
      s3.headObject(head -> head.bucket(name).key(key));
      return true;
    } catch (NoSuchKeyException missing) {
      return false;
    }
  }

  /**
   * Writes an object unless there is one already; of several writers one wins.
   *
   * @param json unlike what any other writer would write, or else all who write the same win
   */
  public boolean create(String key, byte[] json) {
    return putIf(key, json, put -> put.ifNoneMatch("*"));
  }

  /**
   * Writes an object if it is still the one that was read; of several writers one wins.
   *
   * @param json as for {@link #create}
   */
  public boolean replace(String key, byte[] json, String etag) {
    return putIf(key, json, put -> put.ifMatch(etag));
  }

  /** Writes an empty object, whose being there is what it says. */
  public void mark(String key) {
    s3.putObject(put -> put.bucket(name).key(key), RequestBody.empty());
  }

  /** Writes a file's content. */
  public void write(String key, Path file, String contentType, String disposition) {
    s3.putObject(
        put -> put.bucket(name).key(key).contentType(contentType).contentDisposition(disposition),
        RequestBody.fromFile(file));
  }

  /** Removes an object; that there is none is no error. */
  public void delete(String key) {
    s3.deleteObject(delete -> delete.bucket(name).key(key));
  }

  /** The first keys with the prefix, in the order of the alphabet, after the given one. */
  public List<Listed> list(String prefix, String after, int limit) {
    return s3
        .listObjectsV2(list -> list.bucket(name).prefix(prefix).startAfter(after).maxKeys(limit))
        .contents()
        .stream()
        .map(object -> new Listed(object.key(), object.lastModified()))
        .toList();
  }

  private boolean putIf(String key, byte[] json, Consumer<PutObjectRequest.Builder> condition) {
    try {
      s3.putObject(
          put -> condition.accept(put.bucket(name).key(key).contentType(JSON)),
          RequestBody.fromBytes(json));
      return true;
    } catch (NoSuchKeyException gone) {
      return false;
    } catch (S3Exception e) {
      if (e.statusCode() != PRECONDITION_FAILED && e.statusCode() != CONFLICT) {
        throw e;
      }
      // The client sends a write again whose answer was lost, and then the condition fails because
      // of the first one. So what is there now tells who won.
      return read(key).filter(stored -> Arrays.equals(stored.body(), json)).isPresent();
    }
  }
}
