package dev.dotori.local.replay;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Shows how far one stage is: on a terminal a bar with rate and time left, elsewhere a line now and
 * then.
 */
final class Progress implements AutoCloseable {

  private static final int WIDTH = 30;
  private static final Duration ON_TERMINAL = Duration.ofMillis(200);
  private static final Duration ELSEWHERE = Duration.ofSeconds(5);

  private final PrintStream out;
  private final boolean terminal;
  private final String stage;
  private final int total;
  private final int before;
  private final AtomicInteger done;
  private final long began = System.nanoTime();
  private final Thread painter;

  /**
   * @param before how many of the total were done in an earlier run: they count as done, not for
   *     the rate
   */
  Progress(PrintStream out, boolean terminal, String stage, int total, int before) {
    this.out = out;
    this.terminal = terminal;
    this.stage = stage;
    this.total = total;
    this.before = before;
    this.done = new AtomicInteger(before);
    this.painter = Thread.ofVirtual().start(this::paint);
  }

  void step() {
    done.incrementAndGet();
  }

  private void paint() {
    try {
      while (true) {
        Thread.sleep(terminal ? ON_TERMINAL : ELSEWHERE);
        show(false);
      }
    } catch (InterruptedException e) {
      // The stage is over.
    }
  }

  private synchronized void show(boolean last) {
    String line = line();
    if (terminal) {
      out.print("\r" + line + "\u001b[K" + (last ? "\n" : ""));
    } else {
      out.println(line);
    }
    out.flush();
  }

  private String line() {
    int now = done.get();
    double seconds = (System.nanoTime() - began) / 1e9;
    double rate = seconds > 0 ? (now - before) / seconds : 0;
    String bar = "";
    if (terminal) {
      int filled = total == 0 ? WIDTH : (int) ((long) WIDTH * now / total);
      bar = "[" + "#".repeat(filled) + "-".repeat(WIDTH - filled) + "] ";
    }
    String left =
        now >= total
            ? "in " + clock(seconds)
            : rate > 0 ? clock((total - now) / rate) + " left" : "";
    return String.format(
            Locale.ROOT, "%-10s %s%,d of %,d, %,.0f/s, %s", stage, bar, now, total, rate, left)
        .stripTrailing();
  }

  private static String clock(double seconds) {
    Duration time = Duration.ofSeconds(Math.round(seconds));
    return String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart());
  }

  @Override
  public void close() {
    painter.interrupt();
    show(true);
  }
}
