package dev.dotori.local.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

/** A plan carried out: members enrolled, a store opened, purchases made, every balance checked. */
final class Replay {

  /** What the store gives: a point per ten cents, so that remainders abound. */
  static final BigDecimal EARN_RATE = new BigDecimal("0.1");

  private static final String CURRENCY = "USD";
  private static final int MAX_PARTICIPANTS = 20;
  private static final int SHOWN_DIFFERENCES = 10;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Plan plan;
  private final Journal journal;
  private final Api operator;
  private final int concurrency;
  private final Duration patience;
  private final PrintStream out;
  private final boolean terminal;

  Replay(
      Plan plan,
      Journal journal,
      Api operator,
      int concurrency,
      Duration patience,
      PrintStream out,
      boolean terminal) {
    this.plan = plan;
    this.journal = journal;
    this.operator = operator;
    this.concurrency = concurrency;
    this.patience = patience;
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * Plays what is not played yet and checks everything.
   *
   * @return whether every balance and the ledger are as they must be
   */
  boolean run() throws InterruptedException {
    Journal.Store store = store();
    Api till = operator.as(store.clientId(), store.clientSecret());
    enrol(till);
    play(till);
    return check();
  }

  private Journal.Store store() throws InterruptedException {
    if (journal.store().isPresent()) {
      return journal.store().get();
    }
    ObjectNode request =
        JSON.objectNode().put("name", "Replay " + journal.runId()).put("currency", CURRENCY);
    request
        .putObject("program")
        .put("earnRate", EARN_RATE.toPlainString())
        .put("minPurchase", 0)
        .putNull("expiryDays")
        .put("shareBonus", 20)
        .put("shareBonusDailyCap", 60)
        .put("maxParticipants", MAX_PARTICIPANTS);
    // When the answer is lost a second store is opened; the first stays without a purchase.
    JsonNode opened = expect(operator.post("/v1/stores", request), "opening the store").body();
    Journal.Store store =
        new Journal.Store(
            UUID.fromString(opened.path("id").asText()),
            opened.path("clientId").asText(),
            opened.path("clientSecret").asText());
    journal.storeOpened(store);
    return store;
  }

  private void enrol(Api till) throws InterruptedException {
    List<String> missing =
        plan.customers().stream().filter(customer -> journal.member(customer).isEmpty()).toList();
    inParallel(
        "members",
        missing,
        journal.enrolled(),
        customer -> journal.enrolled(customer, enrol(till, customer)));
  }

  /**
   * Enrols one customer. When the answer to an enrolment is lost, its e-mail is taken and its id
   * unknown: the customer is enrolled under the next e-mail, and the former member stays without a
   * purchase.
   */
  private UUID enrol(Api till, String customer) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      ObjectNode request =
          JSON.objectNode()
              .put(
                  "email",
                  "customer-%s.%d@%s.replay.example".formatted(customer, attempt, journal.runId()))
              .put("displayName", "Customer " + customer);
      Api.Answer answer = till.post("/v1/members", request);
      if (answer.status() != 409) {
        return UUID.fromString(
            expect(answer, "enrolling customer " + customer).body().path("id").asText());
      }
    }
  }

  private void play(Api till) throws InterruptedException {
    List<Plan.Purchase> missing =
        plan.purchases().stream()
            .filter(purchase -> !journal.isAccepted(purchase.record().line()))
            .toList();
    inParallel("purchases", missing, journal.accepted(), purchase -> play(till, purchase));
  }

  private void play(Api till, Plan.Purchase purchase) throws InterruptedException {
    PurchaseRecord record = purchase.record();
    ObjectNode request =
        JSON.objectNode()
            .put("memberId", member(record.customer()))
            .put("receiptNo", String.valueOf(record.line()))
            .put("occurredAt", record.date().atTime(12, 0).toInstant(ZoneOffset.UTC).toString());
    request.putObject("amount").put("amount", record.cents()).put("currency", CURRENCY);
    ArrayNode sharedWith = request.putArray("sharedWith");
    purchase.sharers().forEach(sharer -> sharedWith.addObject().put("memberId", member(sharer)));

    String key = "replay-" + journal.runId() + "-" + record.line();
    Api.Answer answer = till.post("/v1/purchases", request, key);
    // Keys are kept for a day. After that the receipt tells that this purchase was made: the store
    // is this replay's own.
    if (answer.status() != 409) {
      expect(answer, "the purchase of line " + record.line());
    }
    journal.accepted(record.line());
  }

  private String member(String customer) {
    return journal.member(customer).orElseThrow().toString();
  }

  private boolean check() throws InterruptedException {
    Map<String, Balance> balances = settled();
    ExpectedPoints expected = ExpectedPoints.of(plan, EARN_RATE);
    List<String> differences = new ArrayList<>();
    for (String customer : plan.customers()) {
      BigInteger must = expected.of(customer);
      Balance balance = balances.get(customer);
      if (!must.equals(BigInteger.valueOf(balance.points())) || balance.pending() != 0) {
        differences.add(
            "customer %s (member %s): %d points expected, %d found, %d pending"
                .formatted(customer, member(customer), must, balance.points(), balance.pending()));
      }
    }
    JsonNode trial = expect(operator.get("/v1/ledger/trial-balance"), "the trial balance").body();
    report(expected, balances.values(), differences, trial);
    return differences.isEmpty()
        && trial.path("difference").isIntegralNumber()
        && trial.path("difference").asLong() == 0;
  }

  private record Balance(long points, long pending) {}

  /**
   * Every customer's points, once nothing of them is pending any more; as they are when patience is
   * over.
   */
  private Map<String, Balance> settled() throws InterruptedException {
    Map<String, Balance> balances = new ConcurrentHashMap<>();
    Instant giveUpAt = Instant.now().plus(patience);
    List<String> open = plan.customers();
    try (Progress progress = new Progress(out, terminal, "balances", plan.customers().size(), 0)) {
      while (!open.isEmpty()) {
        inParallel(
            open,
            customer -> {
              Balance balance = balance(customer);
              balances.put(customer, balance);
              if (balance.pending() == 0) {
                progress.step();
              }
            });
        open = open.stream().filter(customer -> balances.get(customer).pending() != 0).toList();
        if (Instant.now().isAfter(giveUpAt)) {
          break;
        }
        if (!open.isEmpty()) {
          Thread.sleep(500);
        }
      }
    }
    return balances;
  }

  private Balance balance(String customer) throws InterruptedException {
    JsonNode points =
        expect(
                operator.get("/v1/members/" + member(customer) + "/points"),
                "the points of customer " + customer)
            .body();
    if (!points.path("balance").isIntegralNumber() || !points.path("pending").isIntegralNumber()) {
      throw new ReplayException(
          "the points of customer " + customer + " are no numbers: " + points);
    }
    return new Balance(points.get("balance").asLong(), points.get("pending").asLong());
  }

  private void report(
      ExpectedPoints expected,
      Collection<Balance> balances,
      List<String> differences,
      JsonNode trial) {
    long cents = plan.purchases().stream().mapToLong(purchase -> purchase.record().cents()).sum();
    long portions =
        plan.purchases().stream().mapToLong(purchase -> purchase.participants().size()).sum();
    BigInteger found =
        balances.stream()
            .map(balance -> BigInteger.valueOf(balance.points()))
            .reduce(BigInteger.ZERO, BigInteger::add);
    out.println();
    line("Members", "%,d", plan.customers().size());
    line(
        "Purchases",
        "%,d of %s, shared %,d ways",
        plan.purchases().size(),
        dollars(cents),
        portions);
    line("Points", "%,d expected, %,d found", expected.total(), found);
    line(
        "Ledger",
        "debits %,d, credits %,d, difference %,d",
        trial.path("debits").asLong(),
        trial.path("credits").asLong(),
        trial.path("difference").asLong());
    for (Map.Entry<String, JsonNode> account : trial.path("accounts").properties()) {
      line("", "%s %s", account.getKey(), account.getValue());
    }
    line("Differences", "%,d", differences.size());
    differences.stream().limit(SHOWN_DIFFERENCES).forEach(difference -> line("", "%s", difference));
    if (differences.size() > SHOWN_DIFFERENCES) {
      line("", "and %,d more", differences.size() - SHOWN_DIFFERENCES);
    }
  }

  private void line(String title, String format, Object... values) {
    out.printf(Locale.ROOT, "%-12s %s%n", title, String.format(Locale.ROOT, format, values));
  }

  private static String dollars(long cents) {
    return String.format(Locale.ROOT, "$%,d.%02d", cents / 100, cents % 100);
  }

  private static Api.Answer expect(Api.Answer answer, String what) {
    if (!answer.isSuccess()) {
      throw new ReplayException(what + " was refused: " + answer.explained());
    }
    return answer;
  }

  @FunctionalInterface
  private interface Work<T> {
    void on(T item) throws InterruptedException;
  }

  private <T> void inParallel(String stage, List<T> items, int before, Work<T> work)
      throws InterruptedException {
    try (Progress progress = new Progress(out, terminal, stage, before + items.size(), before)) {
      inParallel(
          items,
          item -> {
            work.on(item);
            progress.step();
          });
    }
  }

  /** So many at a time as {@code concurrency} says; the first failure ends it. */
  private <T> void inParallel(List<T> items, Work<T> work) throws InterruptedException {
    ConcurrentLinkedQueue<T> queue = new ConcurrentLinkedQueue<>(items);
    AtomicReference<RuntimeException> failure = new AtomicReference<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < Math.min(concurrency, items.size()); i++) {
        workers.add(threads.submit(() -> drain(queue, work, failure)));
      }
      for (Future<?> worker : workers) {
        while (worker.state() == Future.State.RUNNING) {
          if (failure.get() != null) {
            threads.shutdownNow();
            break;
          }
          Thread.sleep(20);
        }
      }
    }
    if (failure.get() != null) {
      throw failure.get();
    }
  }

  private static <T> void drain(
      ConcurrentLinkedQueue<T> queue, Work<T> work, AtomicReference<RuntimeException> failure) {
    try {
      for (T item = queue.poll(); item != null && failure.get() == null; item = queue.poll()) {
        work.on(item);
      }
    } catch (InterruptedException e) {
      failure.compareAndSet(null, new ReplayException("interrupted"));
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }
}
