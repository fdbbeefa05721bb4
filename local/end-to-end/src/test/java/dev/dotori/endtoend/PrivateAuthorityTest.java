package dev.dotori.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.local.servers.MySqlServer;
import dev.dotori.local.servers.RedisServer;
import dev.dotori.local.servers.S3Server;
import dev.dotori.local.servers.Secrets;
import dev.dotori.local.test.TestAuthority;
import dev.dotori.local.test.TlsProxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * MySQL, Redis and S3 whose certificates are an authority's that only a PEM file names, set up by
 * the environment that the chart gives.
 */
class PrivateAuthorityTest {

  private static TestAuthority authority;
  private static TestAuthority stranger;
  private static MySqlServer mysql;
  private static MySqlServer.Account points;
  private static RedisServer redis;
  private static TlsProxy redisTls;
  private static S3Server s3;
  private static TlsProxy s3Tls;

  private final List<ServiceProcess> started = new ArrayList<>();

  @BeforeAll
  static void startServers() {
    authority = TestAuthority.create();
    stranger = TestAuthority.create();
    TestAuthority.Issued issued = authority.issue("localhost");
    mysql = MySqlServer.temporary().withTls(issued.certificate(), issued.key()).start();
    points = mysql.createSchema("points", Secrets.password());
    redis = RedisServer.temporary().start();
    redisTls = TlsProxy.start(authority, issued, redis.port());
    s3 = S3Server.temporary();
    s3.createBucket("dotori-media");
    s3.start();
    s3Tls = TlsProxy.start(authority, issued, URI.create(s3.url()).getPort());
  }

  @AfterAll
  static void stopServers() {
    s3Tls.close();
    s3.close();
    redisTls.close();
    redis.close();
    mysql.close();
    authority.close();
    stranger.close();
  }

  @AfterEach
  void endProcesses() {
    started.forEach(ServiceProcess::close);
  }

  @Test
  void whomTheFileVouchesForIsTrusted() {
    int s3Before = s3Tls.trusting();
    ServiceProcess worker =
        startPoints("localhost", authority.certificate(), "localhost", authority.certificate());
    ServiceProcess media = startMedia("localhost", authority.certificate());

    worker.awaitReady();
    media.awaitReady();
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() -> assertThat(s3Tls.trusting()).isGreaterThan(s3Before));
  }

  @Test
  void mySqlOfAnotherAuthorityIsRefused() {
    ServiceProcess process =
        startPoints("localhost", stranger.certificate(), "localhost", authority.certificate());

    assertThat(process.awaitExit()).isNotZero();
    assertThat(process.output()).contains("does not chain with any of the trust anchors");
  }

  @Test
  void mySqlOfAnotherNameIsRefused() {
    ServiceProcess process =
        startPoints("127.0.0.1", authority.certificate(), "localhost", authority.certificate());

    assertThat(process.awaitExit()).isNotZero();
    assertThat(process.output()).contains("Server identity verification failed");
  }

  @Test
  void redisOfAnotherAuthorityOrNameIsRefused() {
    int before = redisTls.trusting();
    ServiceProcess ofAnotherAuthority =
        startPoints("localhost", authority.certificate(), "localhost", stranger.certificate());
    ServiceProcess ofAnotherName =
        startPoints("localhost", authority.certificate(), "127.0.0.1", authority.certificate());

    ofAnotherAuthority.awaitOutput("unable to find valid certification path");
    ofAnotherName.awaitOutput("No subject alternative names matching IP address 127.0.0.1 found");

    assertThat(ofAnotherAuthority.isReady()).isFalse();
    assertThat(ofAnotherName.isReady()).isFalse();
    assertThat(redisTls.trusting()).isEqualTo(before);
  }

  @Test
  void s3OfAnotherAuthorityOrNameIsRefused() {
    int before = s3Tls.trusting();

    startMedia("localhost", stranger.certificate())
        .awaitOutput("unable to find valid certification path");
    startMedia("127.0.0.1", authority.certificate())
        .awaitOutput("No subject alternative names matching IP address 127.0.0.1 found");

    assertThat(s3Tls.trusting()).isEqualTo(before);
  }

  private ServiceProcess startPoints(
      String mysqlHost, Path mysqlTrusted, String redisHost, Path redisTrusted) {
    Map<String, String> environment = redis(redisHost, redisTrusted);
    environment.put(
        "QUARKUS_DATASOURCE_JDBC_URL",
        "jdbc:mysql://%s:%d/points?sslMode=VERIFY_IDENTITY&trustCertificateKeyStoreType=PEM&trustCertificateKeyStoreUrl=file:%s"
            .formatted(mysqlHost, mysql.port(), mysqlTrusted));
    environment.put("QUARKUS_DATASOURCE_USERNAME", points.user());
    environment.put("QUARKUS_DATASOURCE_PASSWORD", points.password());
    environment.put("DOTORI_SERVICE_SECRET", Secrets.password());
    return start("points", environment);
  }

  private ServiceProcess startMedia(String s3Host, Path s3Trusted) {
    Map<String, String> environment = redis("localhost", authority.certificate());
    environment.put("QUARKUS_S3_ENDPOINT_OVERRIDE", "https://" + s3Host + ":" + s3Tls.port());
    environment.put("QUARKUS_S3_AWS_REGION", S3Server.REGION);
    environment.put("QUARKUS_S3_AWS_CREDENTIALS_TYPE", "static");
    environment.put("QUARKUS_S3_AWS_CREDENTIALS_STATIC_PROVIDER_ACCESS_KEY_ID", s3.accessKey());
    environment.put("QUARKUS_S3_AWS_CREDENTIALS_STATIC_PROVIDER_SECRET_ACCESS_KEY", s3.secretKey());
    environment.put("QUARKUS_S3_SYNC_CLIENT_TLS_TRUST_MANAGERS_PROVIDER_TYPE", "file-store");
    environment.put(
        "QUARKUS_S3_SYNC_CLIENT_TLS_TRUST_MANAGERS_PROVIDER_FILE_STORE_PATH", s3Trusted.toString());
    return start("media", environment);
  }

  private static Map<String, String> redis(String host, Path trusted) {
    Map<String, String> environment = new HashMap<>();
    environment.put(
        "QUARKUS_REDIS_HOSTS",
        redis
            .url()
            .replace("redis://", "rediss://")
            .replaceAll("127\\.0\\.0\\.1:\\d+$", host + ":" + redisTls.port()));
    environment.put("QUARKUS_REDIS_TLS_CONFIGURATION_NAME", "redis");
    environment.put("QUARKUS_TLS_REDIS_TRUST_STORE_PEM_CERTS", trusted.toString());
    return environment;
  }

  private ServiceProcess start(String service, Map<String, String> environment) {
    ServiceProcess process = ServiceProcess.start(service, environment);
    started.add(process);
    return process;
  }
}
