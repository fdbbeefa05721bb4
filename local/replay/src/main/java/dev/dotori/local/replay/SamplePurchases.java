package dev.dotori.local.replay;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A small input for when none is given: the same every time, and with what makes real input hard:
 * purchases of nothing, lines that occur twice, amounts that don't divide.
 */
final class SamplePurchases {

  private static final int PURCHASES = 300;
  private static final int CUSTOMERS = 80;
  private static final LocalDate FIRST_DAY = LocalDate.of(2021, 1, 1);

  private SamplePurchases() {}

  static List<PurchaseRecord> first(int limit) {
    try (BufferedReader lines = new BufferedReader(new StringReader(text()))) {
      return PurchaseFile.parse(lines, limit);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text() {
    SplittableRandom random = new SplittableRandom(20_210_101);
    StringBuilder text = new StringBuilder();
    String former = "";
    for (int i = 0; i < PURCHASES; i++) {
      // Every 25th line says the same as the one before it, and means another purchase.
      String line = i % 25 == 24 ? former : line(random);
      text.append(line).append("\r\n");
      former = line;
    }
    return text.toString();
  }

  private static String line(SplittableRandom random) {
    int customer = 1 + random.nextInt(CUSTOMERS);
    LocalDate date = FIRST_DAY.plusDays(random.nextInt(540));
    int pieces = 1 + random.nextInt(5);
    long cents = random.nextInt(40) == 0 ? 0 : 499 + random.nextInt(9_000);
    return " %05d %s %2d %4d.%02d"
        .formatted(
            customer,
            date.format(DateTimeFormatter.BASIC_ISO_DATE),
            pieces,
            cents / 100,
            cents % 100);
  }
}
