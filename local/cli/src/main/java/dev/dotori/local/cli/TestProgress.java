package dev.dotori.local.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads Maven's output: tells how far the tests are, and what failed. */
final class TestProgress {
  /** Surefire's sum of a module; those of a class go on behind the number of skipped ones. */
  private static final Pattern MODULE_SUM =
      Pattern.compile(
          "\\[\\w+] Tests run: (\\d+), Failures: (\\d+), Errors: (\\d+), Skipped: (\\d+)\\s*");

  private static final Pattern RUNNING = Pattern.compile("\\[INFO] Running (\\S+)");
  private static final Pattern FAILED_TEST =
      Pattern.compile("\\[ERROR] (\\S+\\.\\S+) -- .*<<< (FAILURE|ERROR)!");

  /** Enough of a stack trace to see what and where. */
  private static final int LINES_PER_FAILURE = 14;

  private final Console console;
  private final List<String> errors = new ArrayList<>();
  private String module;
  private String place = "";
  private Instant since;
  private long moduleTests;
  private long run;
  private long failed;
  private long skipped;
  private int failureLinesLeft;

  TestProgress(Console console) {
    this.console = console;
  }

  void accept(String line) {
    Matcher next = Build.MODULE.matcher(line);
    if (next.matches()) {
      finish();
      module = next.group(1);
      place = next.group(2) + "/" + next.group(3);
      since = Instant.now();
      moduleTests = 0;
      console.now("  " + place + " " + module);
      return;
    }
    Matcher running = RUNNING.matcher(line);
    if (running.matches()) {
      String name = running.group(1).substring(running.group(1).lastIndexOf('.') + 1);
      console.now("  " + place + " " + module + ": " + name + ", " + sum());
    }
    Matcher sum = MODULE_SUM.matcher(line);
    if (sum.matches()) {
      long tests = Long.parseLong(sum.group(1));
      moduleTests += tests;
      run += tests;
      failed += Long.parseLong(sum.group(2)) + Long.parseLong(sum.group(3));
      skipped += Long.parseLong(sum.group(4));
    }
    collectErrors(line);
  }

  /** The stack traces of failed tests as they come, and Maven's other errors. */
  private void collectErrors(String line) {
    if (FAILED_TEST.matcher(line).find()) {
      failureLinesLeft = LINES_PER_FAILURE;
    }
    if (failureLinesLeft > 0) {
      failureLinesLeft--;
      errors.add(line);
      if (line.isBlank()) {
        failureLinesLeft = 0;
      }
    } else if (line.startsWith("[ERROR] Failed to execute goal")
        || line.startsWith("[ERROR] COMPILATION ERROR")
        || line.matches("\\[ERROR] \\S+\\.java:\\[.*")) {
      errors.add(line);
    }
  }

  /** The module that was at work is done. */
  void finish() {
    if (module != null) {
      String result = moduleTests == 0 ? "no tests" : moduleTests + " tests";
      console.done(place, "%-32s %s".formatted(module, result), took());
      module = null;
    }
  }

  private Duration took() {
    return Duration.between(since, Instant.now());
  }

  long passed() {
    return run - failed - skipped;
  }

  List<String> errors() {
    return errors;
  }

  String sum() {
    return "%d passed, %d failed, %d skipped".formatted(passed(), failed, skipped);
  }
}
