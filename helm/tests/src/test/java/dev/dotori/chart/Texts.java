package dev.dotori.chart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Text files of the repository. */
final class Texts {
  private Texts() {}

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Texts of all files below a folder whose names end so, tests and built ones left out. */
  static List<String> below(Path folder, String ending) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(ending))
          .filter(
              file -> !Chart.ROOT.relativize(file).toString().matches(".*(/target/|src/test/).*"))
          .sorted()
          .map(Texts::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the first group catches, at each match. */
  static List<String> find(String regex, String text) {
    return Pattern.compile(regex, Pattern.MULTILINE)
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .map(whole -> Pattern.compile(regex, Pattern.MULTILINE).matcher(whole))
        .map(matcher -> {
          matcher.find();
          return matcher.group(1);
        })
        .toList();
  }
}
