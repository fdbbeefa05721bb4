package dev.dotori.media.bucket;

import dev.dotori.media.MediaConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
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

  /** Writes an object unless there is one already; of several writers one wins. */
  public boolean create(String key, byte[] json) {
    try {
      s3.putObject(
          put -> put.bucket(name).key(key).contentType(JSON).ifNoneMatch("*"),
          RequestBody.fromBytes(json));
      return true;
    } catch (S3Exception e) {
      return ifConditionHeld(e);
    }
  }

  /** Writes an object if it is still the one that was read; of several writers one wins. */
  public boolean replace(String key, byte[] json, String etag) {
    try {
      s3.putObject(
          put -> put.bucket(name).key(key).contentType(JSON).ifMatch(etag),
          RequestBody.fromBytes(json));
      return true;
    } catch (NoSuchKeyException gone) {
      return false;
    } catch (S3Exception e) {
      return ifConditionHeld(e);
    }
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

  /** Writes content of a known length, read as it goes. */
  public void write(String key, InputStream content, long length, String contentType) {
    s3.putObject(
        put -> put.bucket(name).key(key).contentType(contentType),
        RequestBody.fromInputStream(content, length));
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

  // 409: S3 saw two conditional writes at once and refused this one.
  private static boolean ifConditionHeld(S3Exception e) {
    if (e.statusCode() == PRECONDITION_FAILED || e.statusCode() == CONFLICT) {
      return false;
    }
    throw e;
  }
}
