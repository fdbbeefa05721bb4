package dev.dotori.local.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * Tells a person how far a command is: a line per step, and on a terminal also what goes on now.
 */
final class Console {
  private final PrintStream out;
  private final boolean live;
  private int shown;

  Console(PrintStream out, boolean live) {
    this.out = out;
    this.live = live;
  }

  static Console standard() {
    return new Console(System.out, System.console() != null && System.console().isTerminal());
  }

  /** What goes on now; the next line takes its place. Not shown in a file or a pipe. */
  synchronized void now(String text) {
    if (live) {
      out.print("\r" + text + " ".repeat(Math.max(0, shown - text.length())));
      out.flush();
      shown = text.length();
    }
  }

  /** One step that is done. */
  void done(String step, String result, Duration took) {
    line("  %-14s %-46s %6.1f s".formatted(step, result, took.toMillis() / 1000.0));
  }

  synchronized void line(String text) {
    if (shown > 0) {
      out.print("\r" + " ".repeat(shown) + "\r");
      shown = 0;
    }
    out.println(text);
    out.flush();
  }

  /** As a person says it: 340 ms, 12.3 s, 4 min 5 s. */
  static String spoken(Duration duration) {
    if (duration.toMillis() < 1000) {
      return duration.toMillis() + " ms";
    }
    if (duration.toSeconds() < 60) {
      return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
    if (duration.toHours() == 0) {
      return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
    }
    return duration.toHours() + " h " + duration.toMinutesPart() + " min";
  }
}
