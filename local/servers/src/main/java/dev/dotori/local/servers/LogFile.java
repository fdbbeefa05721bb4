package dev.dotori.local.servers;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Reads the end of a server's log. */
public final class LogFile {
  private static final int END = 16 * 1024;
  private static final Pattern TELLING =
      Pattern.compile(
          "\\b(errors?|fatal|fail(ed|ure)?|exception|can't|cannot|unable|in use)\\b",
          Pattern.CASE_INSENSITIVE);

  /** How our servers mark a warning: it tells of something, but not of the end. */
  private static final Pattern WARNING = Pattern.compile("# WARNING|\\[Warning]|\\bWARN\\b");

  private LogFile() {}

  /** The last line that reads like a reason, or else the last line. */
  public static String lastTellingLine(Path log) {
    List<String> lines = lastLines(log).stream().filter(line -> !line.isBlank()).toList();
    if (lines.isEmpty()) {
      return "it logged nothing";
    }
    return lines.reversed().stream()
        // "Aborting" and stack frames follow the reason, and do not tell it.
        .filter(line -> !line.endsWith("Aborting") && !line.startsWith("\tat "))
        .filter(line -> TELLING.matcher(line).find() && !WARNING.matcher(line).find())
        .findFirst()
        .orElse(lines.getLast())
        .strip();
  }

  private static List<String> lastLines(Path log) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      int length = (int) Math.min(END, file.length());
      byte[] bytes = new byte[length];
      file.seek(file.length() - length);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
