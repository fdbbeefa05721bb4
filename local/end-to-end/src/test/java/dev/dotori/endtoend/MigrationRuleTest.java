package dev.dotori.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each migration works with the release before it, which runs on while a new one is rolled out, and
 * again after a rollback. This sees the form of a statement and no more: what takes something away
 * from tables that are there, or asks more of them. Where that is safe, because the release before
 * has stopped to use it, a comment above the statement says so: {@code -- Safe for the release
 * before: …}
 */
class MigrationRuleTest {

  /** What the first release begins with: none ran before it. Set for good with that release. */
  private static final Map<String, Integer> OF_THE_FIRST_RELEASE =
      Map.ofEntries(
          Map.entry("members", 6),
          Map.entry("points", 20),
          Map.entry("posting", 2),
          Map.entry("social-share", 1),
          Map.entry("outbox", 0),
          Map.entry("api-conventions", 0));

  private static final Pattern FILE = Pattern.compile("V(\\d+)[_0-9]*__.*\\.sql");
  private static final String DECLARED_SAFE = "-- Safe for the release before: ";
  private static final Pattern CREATE_TABLE =
      Pattern.compile("(?i)CREATE TABLE (?:IF NOT EXISTS )?(\\S+)");
  private static final Pattern ALTER_TABLE = Pattern.compile("(?i)ALTER TABLE (\\S+) (.*)");
  private static final List<Pattern> UNSAFE =
      Stream.of(
              "(DROP|TRUNCATE)( TABLE)? (?!INDEX|TRIGGER|PROCEDURE|FUNCTION).*",
              "RENAME TABLE .*",
              "CREATE UNIQUE INDEX .*")
          .map(form -> Pattern.compile("(?i)" + form))
          .toList();
  private static final List<Pattern> UNSAFE_CHANGES =
      Stream.of(
              "DROP (?!INDEX|KEY|CONSTRAINT|FOREIGN KEY|CHECK).*",
              "RENAME (?!INDEX|KEY).*",
              "(CHANGE|MODIFY|ALTER) .*",
              "ADD (CONSTRAINT|UNIQUE|CHECK|FOREIGN|PRIMARY).*",
              "ADD (?!INDEX|KEY)(?=.*NOT NULL)(?!.*( DEFAULT | GENERATED | AS \\().*).*")
          .map(form -> Pattern.compile("(?i)" + form))
          .toList();

  @Test
  void noMigrationAfterTheFirstReleaseBreaksTheReleaseBeforeIt() {
    Map<String, List<String>> unsafe = new TreeMap<>();
    for (Path file : migrations()) {
      List<String> found = unsafeIn(read(file));
      if (!found.isEmpty() && !isOfTheFirstRelease(file)) {
        unsafe.put(file.toString(), found);
      }
    }

    assertThat(unsafe).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP TABLE lot;",
        "TRUNCATE lot;",
        "RENAME TABLE lot TO portion;",
        "ALTER TABLE lot DROP COLUMN points;",
        "ALTER TABLE lot DROP points;",
        "ALTER TABLE lot ADD INDEX i (a), DROP COLUMN points;",
        "ALTER TABLE lot RENAME COLUMN points TO p;",
        "ALTER TABLE lot CHANGE points p BIGINT;",
        "ALTER TABLE lot\n  MODIFY points INT NOT NULL;",
        "ALTER TABLE lot ADD COLUMN kind TINYINT NOT NULL;",
        "ALTER TABLE lot ADD kind DECIMAL(9, 2) NOT NULL;",
        "ALTER TABLE lot ADD CONSTRAINT c CHECK (points > 0);",
        "ALTER TABLE lot ADD UNIQUE KEY k (points);",
        "CREATE UNIQUE INDEX k ON lot (points);",
        "-- Too late: it is below.\nDROP TABLE lot; -- Safe for the release before: no"
      })
  void whatTheReleaseBeforeMayStillUseIsFound(String sql) {
    assertThat(unsafeIn(sql)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE lot (points INT NOT NULL, UNIQUE INDEX (points));",
        "CREATE TABLE lot (a INT); ALTER TABLE lot ADD COLUMN b INT NOT NULL;",
        "ALTER TABLE lot ADD COLUMN kind TINYINT NOT NULL DEFAULT 0;",
        "ALTER TABLE lot ADD COLUMN kind TINYINT NULL, ADD INDEX k (kind, points);",
        "ALTER TABLE lot DROP INDEX k, DROP CONSTRAINT c;",
        "CREATE INDEX k ON lot (points);",
        "-- Safe for the release before: 0.2.0 reads no points any more.\nALTER TABLE lot DROP COLUMN points;"
      })
  void whatItDoesNotNoticeIsLetPass(String sql) {
    assertThat(unsafeIn(sql)).isEmpty();
  }

  private static List<String> unsafeIn(String sql) {
    List<String> unsafe = new ArrayList<>();
    Set<String> made = new HashSet<>();
    for (String statement : sql.split(";")) {
      String bare = statement.replaceAll("--[^\n]*", " ").replaceAll("\\s+", " ").strip();
      Matcher create = CREATE_TABLE.matcher(bare);
      if (create.lookingAt()) {
        made.add(create.group(1));
      }
      if (!statement.contains(DECLARED_SAFE) && isUnsafe(bare, made)) {
        unsafe.add(bare);
      }
    }
    return unsafe;
  }

  private static boolean isUnsafe(String statement, Set<String> made) {
    Matcher alter = ALTER_TABLE.matcher(statement);
    if (!alter.matches()) {
      return matchesAny(UNSAFE, statement);
    }
    return !made.contains(alter.group(1))
        && changes(alter.group(2)).stream().anyMatch(change -> matchesAny(UNSAFE_CHANGES, change));
  }

  private static boolean matchesAny(List<Pattern> forms, String text) {
    return forms.stream().anyMatch(form -> form.matcher(text).matches());
  }

  /** The parts between commas that are not in parentheses. */
  private static List<String> changes(String alteration) {
    List<String> changes = new ArrayList<>();
    int depth = 0;
    int begin = 0;
    for (int i = 0; i < alteration.length(); i++) {
      switch (alteration.charAt(i)) {
        case '(' -> depth++;
        case ')' -> depth--;
        case ',' -> {
          if (depth == 0) {
            changes.add(alteration.substring(begin, i).strip());
            begin = i + 1;
          }
        }
        default -> {}
      }
    }
    changes.add(alteration.substring(begin).strip());
    return changes;
  }

  private static boolean isOfTheFirstRelease(Path file) {
    Matcher name = FILE.matcher(file.getFileName().toString());
    assertThat(name.matches()).as("the name of %s", file).isTrue();
    String module = file.getName(1).toString();
    assertThat(OF_THE_FIRST_RELEASE).containsKey(module);
    return Integer.parseInt(name.group(1)) <= OF_THE_FIRST_RELEASE.get(module);
  }

  private static List<Path> migrations() {
    Path root = Path.of(System.getProperty("dotori.root")).toAbsolutePath();
    List<Path> found = new ArrayList<>();
    for (String folder : List.of("services", "shared-events")) {
      try (Stream<Path> files = Files.walk(root.resolve(folder), 8)) {
        files
            .filter(file -> file.toString().contains("/src/main/resources/db/"))
            .filter(file -> file.toString().endsWith(".sql"))
            .map(root::relativize)
            .forEach(found::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    assertThat(found).as("migrations").hasSizeGreaterThan(10);
    return found;
  }

  private static String read(Path file) {
    try {
      return Files.readString(Path.of(System.getProperty("dotori.root")).resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
