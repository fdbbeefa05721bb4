package dev.dotori.redisstreams.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dotori.local.servers.Lifetime;
import dev.dotori.local.servers.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Consuming processes, each a JVM of its own, and what they did. */
final class Crew implements AutoCloseable {

  /** One process. What happened to it is noted in {@link System#nanoTime}. */
  static final class Member {
    final String name;
    final ServerProcess process;
    final Path journal;
    final List<Pause> pauses = new ArrayList<>();
    long killed = Long.MAX_VALUE;

    private Member(String name, ServerProcess process, Path journal) {
      this.name = name;
      this.process = process;
      this.journal = journal;
    }

    private boolean isPaused() {
      return !pauses.isEmpty() && pauses.getLast().to == Long.MAX_VALUE;
    }
  }

  /** A time in which a process stood still; {@code to} is the largest long until it goes on. */
  record Pause(long from, long to) {}

  private static final Duration ENDING_LIMIT = Duration.ofSeconds(20);

  private final String url;
  private final Path directory;
  private final int mostWork;
  private final int failing;
  private final Map<String, String> attributes;
  private final Path logging;
  private final List<Member> all = new ArrayList<>();
  private final List<Member> working = new ArrayList<>();

  /**
   * @param mostWork how long the work on an entry takes at most, in ms
   * @param failing of a thousand entries, how many fail at an attempt
   */
  Crew(String url, Path directory, int mostWork, int failing, Map<String, String> attributes) {
    this.url = url;
    this.directory = directory;
    this.mostWork = mostWork;
    this.failing = failing;
    this.attributes = new HashMap<>(attributes);
    this.logging = directory.resolve("logging.properties");
    write(
        logging,
        """
        logger.level=INFO
        logger.handlers=CONSOLE
        handler.CONSOLE=org.jboss.logmanager.handlers.ConsoleHandler
        handler.CONSOLE.formatter=PATTERN
        formatter.PATTERN=org.jboss.logmanager.formatters.PatternFormatter
        formatter.PATTERN.properties=pattern
        formatter.PATTERN.pattern=%d{HH:mm:ss,SSS} %-5p %s%n
        """);
  }

  Member hire() {
    String name = "c" + all.size();
    Path journal = directory.resolve(name + ".journal");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx96m", "-Xshare:auto"));
    command.add("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
    command.add("-Dlogging.configuration=" + logging.toUri());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(ConsumerProcess.class.getName());
    command.addAll(
        List.of(url, journal.toString(), Integer.toString(mostWork), Integer.toString(failing)));
    attributes.forEach((key, value) -> command.add(key + "=" + value));
    command.add("consumer=" + name);
    Member member =
        new Member(
            name,
            ServerProcess.start(
                command, Map.of(), directory.resolve(name + ".log"), Lifetime.THIS_JVM),
            journal);
    all.add(member);
    working.add(member);
    return member;
  }

  /** {@code kill -9}. */
  void kill(Member member) {
    note("kill", member);
    member.killed = System.nanoTime();
    member.process.kill();
    working.remove(member);
  }

  /** SIGTERM, as at a deployment. */
  void dismiss(Member member) {
    if (!hasBegun(member)) {
      // A JVM that is told to end while it starts may hang in its logging.
      kill(member);
      return;
    }
    note("dismiss", member);
    long asked = System.nanoTime();
    member.process.stop(ENDING_LIMIT);
    working.remove(member);
    assertThat(Duration.ofNanos(System.nanoTime() - asked))
        .as("how long %s took to end, see %s", member.name, directory)
        .isLessThan(ENDING_LIMIT);
  }

  private static boolean hasBegun(Member member) {
    try {
      return Files.exists(member.journal) && Files.size(member.journal) > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void pause(Member member) {
    note("pause", member);
    member.process.signal("STOP");
    member.pauses.add(new Pause(System.nanoTime(), Long.MAX_VALUE));
  }

  void resume(Member member) {
    // Before it can do anything again, so that all it does counts as after the pause.
    long now = System.nanoTime();
    member.pauses.add(new Pause(member.pauses.removeLast().from, now));
    member.process.signal("CONT");
    note("resumed", member);
  }

  /** For whoever reads the journals of a failure. */
  void note(String event, Member member) {
    note(event + " " + member.name);
  }

  void note(String event) {
    write(
        directory.resolve("schedule.log"),
        "%d %s %s%n".formatted(System.nanoTime(), LocalTime.now(), event));
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void resumeAll() {
    working.stream().filter(Member::isPaused).forEach(this::resume);
  }

  /** Those that are neither dead nor paused. */
  List<Member> working() {
    return working.stream().filter(member -> !member.isPaused()).toList();
  }

  List<Member> all() {
    return all;
  }

  /** What all of them did, in the order in which they did it. */
  List<Journal.Line> lines() {
    return all.stream()
        .flatMap(member -> Journal.read(member.name, member.journal).stream())
        .sorted((a, b) -> Long.compare(a.nanos(), b.nanos()))
        .toList();
  }

  @Override
  public void close() {
    working.forEach(member -> member.process.kill());
  }
}
