package dev.dotori.redisstreams.test;

import dev.dotori.local.servers.RedisCluster;

/** One Redis Cluster for all tests of a JVM; both class loaders of a test see one. */
final class TestCluster {

  private TestCluster() {}

  /** Its nodes, as {@code quarkus.redis.hosts} takes them. */
  static String hosts() {
    return (String)
        System.getProperties()
            .computeIfAbsent(
                "redis-streams.test.cluster",
                key -> {
                  RedisCluster cluster = RedisCluster.start(3, 0);
                  Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
                  return String.join(",", cluster.urls());
                });
  }
}
