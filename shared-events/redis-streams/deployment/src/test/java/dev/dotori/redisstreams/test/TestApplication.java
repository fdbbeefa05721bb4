package dev.dotori.redisstreams.test;

import io.quarkus.test.QuarkusUnitTest;

/** An application of some beans with channels on the test's Redis. */
final class TestApplication {

  private TestApplication() {}

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
