package dev.dotori.local.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;

/**
 * As much of the API as a replay calls, in memory, with the faults that a real one shows only by
 * chance: it takes effect and then the answer is lost, it is busy, it forgets tokens. The real API
 * meets the replay in the end-to-end tests.
 */
final class StandInApi implements AutoCloseable {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ObjectMapper mapper = new ObjectMapper();
  private final HttpServer server;
  private final Set<String> emails = new HashSet<>();
  private final Set<UUID> stores = new HashSet<>();
  private final Map<String, JsonNode> receipts = new HashMap<>();
  private final Map<String, JsonNode> answersByKey = new HashMap<>();
  private final Map<String, Long> balances = new HashMap<>();
  private int requests;
  private int tokens;
  private String validToken = "";

  /**
   * Each so many requests: the effect is made, and the connection dies before the answer. 0 for
   * never.
   */
  int losesAnswerEvery;

  /** Each so many requests: 503 without effect. 0 for never. */
  int isBusyEvery;

  /** Each so many requests: the token in use is refused. 0 for never. */
  int forgetsTokenEvery;

  /** Added to the balances that are told: a ledger gone wrong. */
  long error;

  /** After so many purchases nothing is answered any more but refusals. */
  int breaksAfterPurchases = Integer.MAX_VALUE;

  StandInApi() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  synchronized int purchases() {
    return receipts.size();
  }

  synchronized int members() {
    return emails.size();
  }

  /** As after {@code up --fresh}. */
  synchronized void forgetAll() {
    emails.clear();
    stores.clear();
    receipts.clear();
    answersByKey.clear();
    balances.clear();
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    ObjectNode answer;
    boolean lost;
    synchronized (this) {
      requests++;
      answer = answer(exchange, body);
      lost = losesAnswerEvery > 0 && requests % losesAnswerEvery == 0;
    }
    if (lost) {
      // Closes the connection without a status line.
      exchange.close();
      return;
    }
    int status = answer.remove("status").asInt();
    byte[] bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private ObjectNode answer(HttpExchange exchange, byte[] body) {
    String path = exchange.getRequestURI().getPath();
    if (isBusyEvery > 0 && requests % isBusyEvery == 0) {
      return problem(503, "unavailable");
    }
    if (path.equals("/v1/oauth/token")) {
      validToken = "token-" + ++tokens;
      return JSON.objectNode()
          .put("status", 200)
          .put("access_token", validToken)
          .put("expires_in", 600);
    }
    if (forgetsTokenEvery > 0 && requests % forgetsTokenEvery == 0) {
      validToken = "";
    }
    // One token at a time is good for all clients: the strictest server that a client could meet.
    if (!("Bearer " + validToken).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      return problem(401, "unauthenticated");
    }
    if (path.equals("/v1/stores")) {
      UUID id = UUID.randomUUID();
      stores.add(id);
      return JSON.objectNode()
          .put("status", 201)
          .put("id", id.toString())
          .put("clientId", "s")
          .put("clientSecret", "s");
    }
    if (path.startsWith("/v1/stores/")) {
      boolean known = stores.contains(UUID.fromString(path.substring("/v1/stores/".length())));
      return known ? JSON.objectNode().put("status", 200) : problem(404, "not-found");
    }
    if (path.equals("/v1/members")) {
      return enrol(read(body));
    }
    if (path.equals("/v1/purchases")) {
      return buy(exchange.getRequestHeaders().getFirst("Idempotency-Key"), read(body));
    }
    if (path.endsWith("/points")) {
      long balance = balances.getOrDefault(path.split("/")[3], 0L);
      return JSON.objectNode().put("status", 200).put("balance", balance + error).put("pending", 0);
    }
    if (path.equals("/v1/ledger/trial-balance")) {
      long sum = balances.values().stream().mapToLong(it -> it).sum();
      return JSON.objectNode()
          .put("status", 200)
          .put("debits", sum)
          .put("credits", sum)
          .put("difference", 0);
    }
    return problem(404, "not-found");
  }

  private ObjectNode enrol(JsonNode request) {
    if (!emails.add(request.get("email").asText())) {
      return problem(409, "email-taken");
    }
    return JSON.objectNode().put("status", 201).put("id", UUID.randomUUID().toString());
  }

  private ObjectNode buy(String key, JsonNode request) {
    if (answersByKey.containsKey(key)) {
      return answersByKey.get(key).equals(request)
          ? JSON.objectNode().put("status", 202)
          : problem(422, "idempotency-key-reused");
    }
    if (receipts.size() >= breaksAfterPurchases) {
      return problem(403, "forbidden");
    }
    if (receipts.putIfAbsent(request.get("receiptNo").asText(), request) != null) {
      return problem(409, "receipt-taken");
    }
    answersByKey.put(key, request);
    List<String> participants = new ArrayList<>(List.of(request.get("memberId").asText()));
    request.get("sharedWith").forEach(sharer -> participants.add(sharer.get("memberId").asText()));
    BigInteger earned = BigInteger.valueOf(request.get("amount").get("amount").asLong() / 10);
    List<BigInteger> portions =
        ExpectedPoints.split(earned, participants.stream().map(_ -> BigInteger.ONE).toList());
    for (int i = 0; i < portions.size(); i++) {
      balances.merge(participants.get(i), portions.get(i).longValueExact(), Long::sum);
    }
    return JSON.objectNode().put("status", 202);
  }

  /** Keys are forgotten, as after a day; receipts never. */
  synchronized void forgetKeys() {
    answersByKey.clear();
  }

  private JsonNode read(byte[] body) {
    try {
      return mapper.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode problem(int status, String slug) {
    return JSON.objectNode().put("status", status).put("type", "/problems/" + slug);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
