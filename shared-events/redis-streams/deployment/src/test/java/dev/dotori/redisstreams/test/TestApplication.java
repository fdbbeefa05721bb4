package dev.dotori.redisstreams.test;

import io.quarkus.builder.Version;
import io.quarkus.maven.dependency.Dependency;
import io.quarkus.test.QuarkusUnitTest;
import java.util.List;

/** An application of some beans with channels on the test's Redis. */
final class TestApplication {

  private TestApplication() {}

  /** As {@link #of}, with a further extension of Quarkus, by its artifact id. */
  static QuarkusUnitTest with(String extension, Class<?>... beans) {
    return of(beans)
        .setForcedDependencies(
            List.of(Dependency.of("io.quarkus", extension + "-deployment", Version.getVersion())))
        .overrideConfigKey("quarkus.http.host", "127.0.0.1")
        .overrideConfigKey("quarkus.http.test-port", "0");
  }

  static QuarkusUnitTest of(Class<?>... beans) {
    return new QuarkusUnitTest()
        .withApplicationRoot(jar -> {
          jar.addClasses(beans);
          jar.addClasses(TestRedis.class, TestPartitions.class, TestApplication.class);
        })
        .overrideConfigKey("quarkus.redis.hosts", TestRedis.url())
        .overrideConfigKey("quarkus.application.name", "app");
  }
}
