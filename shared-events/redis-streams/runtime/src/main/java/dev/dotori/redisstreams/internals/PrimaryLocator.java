package dev.dotori.redisstreams.internals;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.ZModem;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the one server that takes writes for a channel's keys: the only one there is, the primary
 * that the sentinels name, or the cluster's owner of the keys' slot.
 *
 * <p>A channel talks to that server alone. The client's own cluster connection would send what has
 * no key to any node, repeat redirected commands out of order, and connect only while all nodes are
 * up. So moves and failovers are noticed by what the server answers, and the server is looked for
 * again.
 */
final class PrimaryLocator {

  private static final long ANSWER_TIMEOUT_MS = 2_000;

  private final ContextInternal context;
  private final RedisOptions options;
  private final String key;
  private final List<String> endpoints;

  /** Nodes that a cluster named last: those configured may have left it since. */
  private List<String> nodes = List.of();

  private int next;

  PrimaryLocator(ContextInternal context, RedisOptions options, String key) {
    this.context = context;
    this.options = options;
    this.key = key;
    this.endpoints = List.copyOf(options.getEndpoints());
  }

  /**
   * Answers options that lead to that server alone. What is found may be out of date: a sentinel or
   * node that was cut off tells what it knew. So each call begins with another one.
   */
  Future<RedisOptions> locate() {
    Future<String> found =
        switch (options.getType()) {
          case STANDALONE -> context.succeededFuture(options.getEndpoint());
          case SENTINEL -> askInTurn(this::primaryOfSentinel);
          case REPLICATION -> askInTurn(PrimaryLocator::itselfIfPrimary);
          case CLUSTER -> askInTurn(this::ownerOfSlot);
        };
    return found.map(this::standalone);
  }

  private RedisOptions standalone(String endpoint) {
    return new RedisOptions(options)
        .setType(RedisClientType.STANDALONE)
        .setEndpoints(new ArrayList<>(List.of(endpoint)));
  }

  /** One way of asking; answers an endpoint, or fails. */
  private interface Question {
    Future<String> ask(RedisConnection connection, String endpoint);
  }

  private Future<String> askInTurn(Question question) {
    Set<String> candidates = new LinkedHashSet<>();
    int first = Math.floorMod(next++, endpoints.size());
    candidates.addAll(endpoints.subList(first, endpoints.size()));
    candidates.addAll(endpoints.subList(0, first));
    candidates.addAll(nodes);
    Future<String> found = context.failedFuture("no hosts");
    for (String candidate : candidates) {
      found = found.recover(failure -> ask(candidate, question));
    }
    return found;
  }

  private Future<String> ask(String endpoint, Question question) {
    // Sentinels have no databases to select.
    Redis client = Redis.createClient(context.owner(), standalone(withoutDatabase(endpoint)));
    Promise<String> answer = context.promise();
    long timer =
        context
            .owner()
            .setTimer(ANSWER_TIMEOUT_MS, id -> answer.tryFail("no answer from " + host(endpoint)));
    client
        .connect()
        .compose(connection -> question.ask(connection, endpoint))
        .onComplete(asked -> {
          if (asked.succeeded()) {
            answer.tryComplete(asked.result());
          } else {
            answer.tryFail(host(endpoint) + ": " + asked.cause().getMessage());
          }
        });
    return answer
        .future()
        .onComplete(done -> {
          context.owner().cancelTimer(timer);
          client.close();
        });
  }

  private Future<String> primaryOfSentinel(RedisConnection sentinel, String endpoint) {
    String name = options.getMasterName();
    return sentinel
        .send(Request.cmd(Command.SENTINEL).arg("GET-MASTER-ADDR-BY-NAME").arg(name))
        .compose(address ->
            address == null
                ? Future.failedFuture("the sentinel knows no primary '" + name + "'")
                : Future.succeededFuture(
                    at(endpoint, address.get(0).toString(), address.get(1).toInteger())));
  }

  private static Future<String> itselfIfPrimary(RedisConnection server, String endpoint) {
    return ServerFeatures.ask(server)
        .compose(features ->
            features.replica()
                ? Future.failedFuture("is a replica")
                : Future.succeededFuture(endpoint));
  }

  private Future<String> ownerOfSlot(RedisConnection node, String endpoint) {
    int slot = slot(key);
    return node.send(Request.cmd(Command.CLUSTER).arg("SLOTS"))
        .compose(ranges -> {
          List<String> primaries = new ArrayList<>();
          String owner = null;
          for (Response range : ranges) {
            Response primary = range.get(2);
            // A node that does not know its own address leaves it out: it is where it was asked.
            Response host = primary.get(0);
            String address =
                at(
                    endpoint,
                    host == null || host.toString().isEmpty() ? host(endpoint) : host.toString(),
                    primary.get(1).toInteger());
            primaries.add(address);
            if (range.get(0).toInteger() <= slot && slot <= range.get(1).toInteger()) {
              owner = address;
            }
          }
          if (owner == null) {
            return Future.failedFuture("no node of the cluster serves slot " + slot);
          }
          nodes = primaries;
          return Future.succeededFuture(owner);
        });
  }

  /** The same way of connecting (scheme, credentials, parameters) to another address. */
  private static String at(String endpoint, String host, int port) {
    URI uri = URI.create(endpoint);
    String user = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo() + "@";
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    String literal = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    return uri.getScheme() + "://" + user + literal + ":" + port + uri.getRawPath() + query;
  }

  private static String withoutDatabase(String endpoint) {
    URI uri = URI.create(endpoint);
    String user = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo() + "@";
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return uri.getScheme() + "://" + user + uri.getHost() + port;
  }

  // Not the whole endpoint: it may hold a password, and this goes into messages.
  private static String host(String endpoint) {
    return URI.create(endpoint).getHost();
  }

  /** The cluster's slot of a key, which is that of its hash tag if it has one. */
  static int slot(String key) {
    return ZModem.generate(key);
  }
}
