package dev.dotori.local.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

class S3ServerTest {
  private static final String BUCKET = "photos";
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void aPresignedUrlUploadsAndDownloads() throws Exception {
    try (S3Server server = S3Server.temporary()) {
      server.createBucket(BUCKET);
      server.start();

      assertThat(put(presignedPut(server, server.secretKey()), "acorn")).isEqualTo(200);
      assertThat(get(presignedGet(server))).isEqualTo("acorn");
    }
  }

  @Test
  void aWrongOrMissingSignatureIsRefused() throws Exception {
    try (S3Server server = S3Server.temporary()) {
      server.createBucket(BUCKET);
      server.start();

      assertThat(put(presignedPut(server, Secrets.password()), "acorn")).isEqualTo(403);
      assertThat(put(URI.create(server.url() + "/" + BUCKET + "/a"), "acorn")).isEqualTo(403);
    }
  }

  @Test
  void aPageOfAnyOriginMayUpload() throws Exception {
    try (S3Server server = S3Server.temporary()) {
      server.createBucket(BUCKET);
      server.start();

      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(presignedPut(server, server.secretKey()))
                  .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                  .header("Origin", "https://app.example")
                  .header("Access-Control-Request-Method", "PUT")
                  .header("Access-Control-Request-Headers", "content-type")
                  .build(),
              HttpResponse.BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Access-Control-Allow-Methods"))
          .hasValueSatisfying(methods -> assertThat(methods).contains("PUT"));
    }
  }

  @Test
  void objectsOutliveTheServer(@TempDir Path directory) throws Exception {
    int port = Ports.free();
    String key = Secrets.password();
    try (S3Server first = S3Server.lasting(directory, port, "key", key)) {
      first.createBucket(BUCKET);
      first.start();
      put(presignedPut(first, key), "acorn");
    }
    try (S3Server second = S3Server.lasting(directory, port, "key", key).start()) {
      assertThat(get(presignedGet(second))).isEqualTo("acorn");
    }
  }

  private int put(URI url, String content) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(url).PUT(HttpRequest.BodyPublishers.ofString(content)).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
  }

  private String get(URI url) throws Exception {
    return http.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static URI presignedPut(S3Server server, String secretKey) throws Exception {
    try (S3Presigner presigner = presigner(server, secretKey)) {
      return presigner
          .presignPutObject(request ->
              request
                  .signatureDuration(Duration.ofMinutes(1))
                  .putObjectRequest(object -> object.bucket(BUCKET).key("a")))
          .url()
          .toURI();
    }
  }

  private static URI presignedGet(S3Server server) throws Exception {
    try (S3Presigner presigner = presigner(server, server.secretKey())) {
      return presigner
          .presignGetObject(request ->
              request
                  .signatureDuration(Duration.ofMinutes(1))
                  .getObjectRequest(object -> object.bucket(BUCKET).key("a")))
          .url()
          .toURI();
    }
  }

  private static S3Presigner presigner(S3Server server, String secretKey) {
    return S3Presigner.builder()
        .endpointOverride(URI.create(server.url()))
        .region(Region.of(S3Server.REGION))
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(server.accessKey(), secretKey)))
        .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
        .build();
  }
}
