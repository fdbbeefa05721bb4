package dev.dotori.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogsCommandTest {
  @TempDir Path directory;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true);

  @Test
  void showsTheLastLines() throws IOException {
    Path log = Files.writeString(directory.resolve("a.log"), "1\n2\n3\n");

    new LogsCommand.Tail(log, "a | ").showLast(2, out);

    assertThat(bytes.toString()).isEqualTo("a | 2\na | 3\n");
  }

  @Test
  void followsAcrossTheRenewalOfALog() throws IOException {
    Path log = Files.writeString(directory.resolve("a.log"), "1\n");
    LogsCommand.Tail tail = new LogsCommand.Tail(log, "");
    tail.showLast(10, out);

    Files.writeString(log, "2\nhal", StandardOpenOption.APPEND);
    tail.showNew(out);
    Files.writeString(log, "f\n", StandardOpenOption.APPEND);
    tail.showNew(out);
    Files.move(log, directory.resolve("a.log.1"));
    tail.showNew(out);
    Files.writeString(log, "3\n");
    tail.showNew(out);

    assertThat(bytes.toString()).isEqualTo("1\n2\nhalf\n3\n");
  }
}
