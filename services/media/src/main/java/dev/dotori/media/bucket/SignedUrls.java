package dev.dotori.media.bucket;

import dev.dotori.media.MediaConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.S3ServiceClientConfiguration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.s3.presigner.model.PresignedPutObjectRequest;

/** Lets a client talk to S3 itself, for one object and a short time. */
@ApplicationScoped
public class SignedUrls {

  // The client's HTTP library sets these itself, and many don't let it be done by hand.
  private static final Set<String> SET_BY_CLIENTS = Set.of("host", "content-length");

  private final S3Presigner presigner;
  private final String bucket;
  private final Duration uploadValidFor;
  private final Duration contentValidFor;

  @Inject
  SignedUrls(S3Presigner presigner, S3Client s3, MediaConfig config) {
    this.presigner =
        config.publicEndpoint().map(endpoint -> presignerFor(endpoint, s3)).orElse(presigner);
    this.bucket = config.bucket();
    this.uploadValidFor = config.urls().uploadValidFor();
    this.contentValidFor = config.urls().contentValidFor();
  }

  /**
   * How to send a file's bytes.
   *
   * @param headers to be sent exactly so; they are part of the signature
   */
  public record Upload(String method, URI url, Map<String, String> headers, Instant expiresAt) {}

  /**
   * A URL that takes just the declared file: its length, type and SHA-256 are in the signature, so
   * S3 refuses any other.
   */
  public Upload upload(String key, String contentType, long size, String sha256) {
    String checksum = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256));
    PresignedPutObjectRequest signed =
        presigner.presignPutObject(presign ->
            presign
                .signatureDuration(uploadValidFor)
                .putObjectRequest(put ->
                    put.bucket(bucket)
                        .key(key)
                        .contentType(contentType)
                        .contentLength(size)
                        .checksumSHA256(checksum)));
    Map<String, String> headers = new TreeMap<>();
    signed
        .signedHeaders()
        .forEach((header, values) -> {
          if (!SET_BY_CLIENTS.contains(header.toLowerCase(java.util.Locale.ROOT))) {
            headers.put(header, String.join(",", values));
          }
        });
    return new Upload(
        signed.httpRequest().method().name(),
        URI.create(signed.url().toString()),
        headers,
        signed.expiration());
  }

  /** A URL that shows an object; its type and disposition are the object's own. */
  public URI content(String key) {
    return URI.create(
        presigner
            .presignGetObject(presign ->
                presign
                    .signatureDuration(contentValidFor)
                    .getObjectRequest(get -> get.bucket(bucket).key(key)))
            .url()
            .toString());
  }

  // As the service reaches S3, but for the address.
  private static S3Presigner presignerFor(URI endpoint, S3Client s3) {
    S3ServiceClientConfiguration client = s3.serviceClientConfiguration();
    return S3Presigner.builder()
        .endpointOverride(endpoint)
        .region(client.region())
        .credentialsProvider(client.credentialsProvider())
        .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
        .build();
  }
}
