package dev.dotori.local.test;

import dev.dotori.local.servers.S3Server;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/**
 * An S3 with one empty bucket for a test. Argument {@code bucket}: its name (default {@code
 * dotori-media}). Fields of type {@link S3Server} are set to the server.
 */
public class S3TestResource implements QuarkusTestResourceLifecycleManager {
  private String bucket = "dotori-media";
  private S3Server server;

  @Override
  public void init(Map<String, String> arguments) {
    bucket = arguments.getOrDefault("bucket", bucket);
  }

  @Override
  public Map<String, String> start() {
    server = S3Server.temporary();
    server.createBucket(bucket);
    server.start();
    return Map.of(
        "quarkus.s3.endpoint-override",
        server.url(),
        "quarkus.s3.path-style-access",
        "true",
        "quarkus.s3.aws.region",
        S3Server.REGION,
        "quarkus.s3.aws.credentials.type",
        "static",
        "quarkus.s3.aws.credentials.static-provider.access-key-id",
        server.accessKey(),
        "quarkus.s3.aws.credentials.static-provider.secret-access-key",
        server.secretKey(),
        "dotori.media.bucket",
        bucket);
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(server, new TestInjector.MatchesType(S3Server.class));
  }

  @Override
  public void stop() {
    if (server != null) {
      server.close();
    }
  }
}
