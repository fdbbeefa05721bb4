package dev.dotori.local.servers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A Redis Cluster on 127.0.0.1 for this JVM alone: some primaries that share the slots evenly, and
 * one replica of each of the first ones.
 */
public final class RedisCluster implements AutoCloseable {

  private static final int SLOTS = 16_384;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final List<RedisServer> nodes = new ArrayList<>();

  private RedisCluster() {}

  /** Starts it and waits until every node knows that all slots are served. */
  public static RedisCluster start(int primaries, int replicas) {
    RedisCluster cluster = new RedisCluster();
    String password = Secrets.password();
    try {
      for (int i = 0; i < primaries + replicas; i++) {
        cluster.nodes.add(node(password));
      }
      cluster.join(primaries);
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private static RedisServer node(String password) {
    for (int attempt = 1; ; attempt++) {
      RedisServer node =
          RedisServer.temporary(password)
              .with("cluster-enabled", "yes")
              .with("cluster-node-timeout", "1000")
              .with("cluster-replica-validity-factor", "0")
              .with("masterauth", password)
              .with("repl-diskless-sync-delay", "0");
      try {
        return node.start();
      } catch (ServerStartException e) {
        // Its bus listens on the port above by 10,000, which was not looked at.
        node.close();
        if (attempt == 5) {
          throw e;
        }
      }
    }
  }

  private void join(int primaries) {
    for (int i = 0; i < primaries; i++) {
      List<Object> command = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
      for (int slot = i * SLOTS / primaries; slot < (i + 1) * SLOTS / primaries; slot++) {
        command.add(slot);
      }
      nodes.get(i).call(command.toArray());
      // So that no two of them begin with the same number for their state.
      nodes.get(i).call("CLUSTER", "SET-CONFIG-EPOCH", i + 1);
    }
    RedisServer first = nodes.getFirst();
    for (RedisServer node : nodes.subList(1, nodes.size())) {
      first.call("CLUSTER", "MEET", "127.0.0.1", node.port());
    }
    await("to know each other", () -> nodes.stream().allMatch(this::knowsAll));
    for (int i = primaries; i < nodes.size(); i++) {
      nodes.get(i).call("CLUSTER", "REPLICATE", id(nodes.get(i - primaries)));
    }
    await("to serve all slots", () -> nodes.stream().allMatch(RedisCluster::isOk));
    await(
        "to replicate",
        () ->
            nodes.subList(primaries, nodes.size()).stream()
                .allMatch(node ->
                    node.call("INFO", "replication").toString().contains("master_link_status:up")));
  }

  private boolean knowsAll(RedisServer node) {
    return info(node, "cluster_known_nodes").equals(Integer.toString(nodes.size()));
  }

  private static boolean isOk(RedisServer node) {
    return info(node, "cluster_state").equals("ok");
  }

  private static String info(RedisServer node, String field) {
    return node.call("CLUSTER", "INFO")
        .toString()
        .lines()
        .filter(line -> line.startsWith(field + ":"))
        .map(line -> line.substring(field.length() + 1).trim())
        .findFirst()
        .orElse("");
  }

  private static String id(RedisServer node) {
    return (String) node.call("CLUSTER", "MYID");
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new ServerStartException("the cluster's nodes took too long " + what);
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ServerStartException("interrupted while starting a cluster", e);
      }
    }
  }

  /** URLs of all nodes, for the administrator. */
  public List<String> urls() {
    return nodes.stream().map(RedisServer::url).toList();
  }

  /** The running node that serves a key's slot as its primary. */
  @SuppressWarnings("unchecked")
  public RedisServer primaryOf(String key) {
    RedisServer asked = nodes.stream().filter(RedisServer::isAlive).findFirst().orElseThrow();
    long slot = (Long) asked.call("CLUSTER", "KEYSLOT", key);
    for (Object row : (List<Object>) asked.call("CLUSTER", "SLOTS")) {
      List<Object> range = (List<Object>) row;
      if ((Long) range.get(0) <= slot && slot <= (Long) range.get(1)) {
        long port = (Long) ((List<Object>) range.get(2)).get(1);
        return nodes.stream().filter(node -> node.port() == port).findFirst().orElseThrow();
      }
    }
    throw new IllegalStateException("no node serves slot " + slot);
  }

  /** A primary that does not serve the key's slot. */
  public RedisServer otherPrimary(String key) {
    RedisServer primary = primaryOf(key);
    return nodes.stream()
        .filter(node -> node != primary && node.isAlive())
        .filter(node -> node.call("INFO", "replication").toString().contains("role:master"))
        .findFirst()
        .orElseThrow();
  }

  /** Moves a key's slot with all that is in it, one key after the other, as resharding does. */
  @SuppressWarnings("unchecked")
  public void moveSlot(String key, RedisServer to) {
    RedisServer from = primaryOf(key);
    long slot = (Long) from.call("CLUSTER", "KEYSLOT", key);
    to.call("CLUSTER", "SETSLOT", slot, "IMPORTING", id(from));
    from.call("CLUSTER", "SETSLOT", slot, "MIGRATING", id(to));
    List<Object> keys;
    while (!(keys = (List<Object>) from.call("CLUSTER", "GETKEYSINSLOT", slot, 1)).isEmpty()) {
      from.call(
          "MIGRATE", "127.0.0.1", to.port(), keys.getFirst(), 0, 5_000, "AUTH", to.adminPassword());
    }
    to.call("CLUSTER", "SETSLOT", slot, "NODE", id(to));
    from.call("CLUSTER", "SETSLOT", slot, "NODE", id(to));
    for (RedisServer node : nodes) {
      if (node != from && node != to && node.isAlive()) {
        try {
          node.call("CLUSTER", "SETSLOT", slot, "NODE", id(to));
        } catch (IllegalStateException e) {
          // A replica learns it from its primary.
        }
      }
    }
  }

  @Override
  public void close() {
    nodes.forEach(RedisServer::close);
  }
}
