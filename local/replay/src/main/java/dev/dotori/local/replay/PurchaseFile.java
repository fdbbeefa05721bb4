package dev.dotori.local.replay;

import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Purchases in the format of CDNOW's: a purchase a line, with the customer's number, the date as
 * {@code yyyymmdd}, the number of pieces and the dollars, between blanks. Lines end with LF or
 * CRLF; empty ones are passed over.
 */
final class PurchaseFile {

  private static final Pattern LINE =
      Pattern.compile(
          "\\s*(\\d{1,12})\\s+(\\d{8})\\s+(\\d{1,9})\\s+(\\d{1,12}(?:\\.\\d{1,2})?)\\s*");

  private PurchaseFile() {}

  /**
   * The first purchases of a file.
   *
   * @param limit how many at most
   * @throws ReplayException when the file can't be read or a line is none of the format
   */
  static List<PurchaseRecord> read(Path file, int limit) {
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
      return parse(lines, limit);
    } catch (NoSuchFileException e) {
      throw new ReplayException("there is no file " + file, e);
    } catch (IOException e) {
      throw new ReplayException(file + " can't be read: " + e.getMessage(), e);
    }
  }

  static List<PurchaseRecord> parse(BufferedReader lines, int limit) throws IOException {
    List<PurchaseRecord> purchases = new ArrayList<>();
    int number = 0;
    for (String line = lines.readLine();
        line != null && purchases.size() < limit;
        line = lines.readLine()) {
      number++;
      if (!line.isBlank()) {
        purchases.add(parse(number, line));
      }
    }
    if (purchases.isEmpty()) {
      throw new ReplayException("the input has no purchases");
    }
    return List.copyOf(purchases);
  }

  private static PurchaseRecord parse(int number, String line) {
    Matcher fields = LINE.matcher(line);
    if (!fields.matches()) {
      throw new ReplayException(
          "line " + number + " is no purchase (customer, yyyymmdd, pieces, dollars)");
    }
    try {
      LocalDate date = LocalDate.parse(fields.group(2), DateTimeFormatter.BASIC_ISO_DATE);
      long cents = new BigDecimal(fields.group(4)).movePointRight(2).longValueExact();
      return new PurchaseRecord(number, fields.group(1), date, cents);
    } catch (DateTimeParseException e) {
      throw new ReplayException("line " + number + " has no date such as 20210131", e);
    }
  }
}
