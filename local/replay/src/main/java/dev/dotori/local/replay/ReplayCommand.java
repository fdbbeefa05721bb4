package dev.dotori.local.replay;

import io.quarkus.picocli.runtime.annotations.TopCommand;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code dotori replay}: exits 0 when every balance is right, 1 when one isn't or the replay could
 * not be done.
 */
// By these Picocli makes paths, and asks for them by name.
@RegisterForReflection(targets = {Path.class, Paths.class})
@TopCommand
@Command(
    name = "replay",
    description = {
      "Plays purchase records through the gateway, as a shop's till would: enrols the customers, opens a store, makes each"
          + " purchase and shares it with up to 4 other customers. Then recomputes every balance from the input and"
          + " compares it with the API's.",
      "Interrupted with Ctrl-C, the same command goes on where it was, and pays nothing twice."
    },
    mixinStandardHelpOptions = true)
public final class ReplayCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description =
          "Purchases in CDNOW's format: customer, yyyymmdd, pieces, dollars. Without it: a small sample.")
  private Path file;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where data, secrets and logs are (default: .dotori in the project).")
  private Path data;

  @Option(
      names = "--gateway",
      paramLabel = "URL",
      description =
          "Another system than the local one, with its operator in DOTORI_OPERATOR_CLIENT_ID and"
              + " DOTORI_OPERATOR_CLIENT_SECRET.")
  private URI gateway;

  @Option(
      names = "--journal",
      paramLabel = "DIR",
      description =
          "Where it notes what is done (default: replay in --data; with --gateway dotori-replay in"
              + " the folder for temporary files).")
  private Path journalFolder;

  @Option(names = "--limit", paramLabel = "N", description = "Only the first N purchases.")
  private int limit = Integer.MAX_VALUE;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "32",
      description = "Requests at a time (default: ${DEFAULT-VALUE}).")
  private int concurrency;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Decides who shares what (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description =
          "How long a service may be away before the replay gives up (default: ${DEFAULT-VALUE}).")
  private int patienceSeconds;

  private final Map<String, String> environment;

  public ReplayCommand() {
    this(System.getenv());
  }

  /** With this environment instead of the process's own. */
  ReplayCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    Thread farewell =
        new Thread(() -> System.out.println("\nStopped. The same command goes on from here."));
    Runtime.getRuntime().addShutdownHook(farewell);
    try {
      return replay(System.out);
    } catch (ReplayException e) {
      System.err.println("dotori: " + e.getMessage());
      return 1;
    } finally {
      Runtime.getRuntime().removeShutdownHook(farewell);
    }
  }

  private int replay(PrintStream out) throws InterruptedException {
    if (limit < 1 || concurrency < 1 || patienceSeconds < 1) {
      throw new ReplayException("--limit, --concurrency and --patience must be at least 1");
    }
    Path directory =
        data == null ? projectRoot().resolve(".dotori") : data.toAbsolutePath().normalize();
    RunningSystem system =
        gateway == null ? RunningSystem.in(directory) : RunningSystem.at(gateway, environment);
    List<PurchaseRecord> records =
        file == null ? SamplePurchases.first(limit) : PurchaseFile.read(file, limit);
    Plan plan = Plan.of(records, seed);
    Path replays = replays(directory);
    AtomicLong repeats = new AtomicLong();
    Duration patience = Duration.ofSeconds(patienceSeconds);
    try (HttpClient http = http();
        ReplayLock _ = ReplayLock.of(replays, plan.key())) {
      Api operator =
          new Api(
              http,
              system.gateway(),
              system.operatorId(),
              system.operatorSecret(),
              patience,
              repeats);
      forgetWhatIsGone(replays, plan, operator, out);
      try (Journal journal = Journal.open(replays, plan.key())) {
        announce(plan, journal, system, out);
        boolean terminal = System.console() != null && System.console().isTerminal();
        Replay replay = new Replay(plan, journal, operator, concurrency, patience, out, terminal);
        boolean right = replay.run();
        out.printf("%-12s %,d%n", "Repeated", repeats.get());
        out.println(right ? "Every balance is right." : "NOT RIGHT: see the differences above.");
        return right ? 0 : 1;
      }
    }
  }

  private Path replays(Path directory) {
    if (journalFolder != null) {
      return journalFolder.toAbsolutePath().normalize();
    }
    return gateway == null
        ? directory.resolve("replay")
        : Path.of(System.getProperty("java.io.tmpdir"), "dotori-replay");
  }

  private static HttpClient http() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(5))
        .build();
  }

  /**
   * A journal of a database that was emptied since would send purchases of members whom nobody
   * knows.
   */
  private static void forgetWhatIsGone(Path replays, Plan plan, Api operator, PrintStream out)
      throws InterruptedException {
    boolean gone = false;
    try (Journal journal = Journal.open(replays, plan.key())) {
      if (journal.store().isPresent()) {
        gone = operator.get("/v1/stores/" + journal.store().get().id()).status() == 404;
      }
    }
    if (gone) {
      out.println("The system has been emptied since this replay began: beginning anew.");
      Journal.discard(replays, plan.key());
    }
  }

  private void announce(Plan plan, Journal journal, RunningSystem system, PrintStream out) {
    out.printf(
        "Replaying %,d purchases of %,d customers from %s through %s (seed %d)%n",
        plan.purchases().size(),
        plan.customers().size(),
        file == null ? "the sample" : file,
        system.gateway(),
        seed);
    if (journal.accepted() > 0 || journal.enrolled() > 0) {
      out.printf(
          "Going on after %,d members and %,d purchases (journal: %s)%n",
          journal.enrolled(), journal.accepted(), journal.folder());
    }
  }

  private static Path projectRoot() {
    return Path.of(System.getProperty("dotori.root", "")).toAbsolutePath().normalize();
  }
}
