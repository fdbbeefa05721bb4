package dev.dotori.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script ./dotori. */
class LauncherTest {
  @Test
  void withoutAJdkItSaysInOneLineWhatToInstall(@TempDir Path directory) throws Exception {
    String script = Files.readString(Path.of(System.getProperty("dotori.root"), "dotori"));
    // No machine has a JDK as new as this.
    String demanding = script.replace("oldest=25", "oldest=999");
    assertThat(demanding).isNotEqualTo(script);

    Process process = run(Files.writeString(directory.resolve("dotori"), demanding));

    assertThat(new String(process.getInputStream().readAllBytes()))
        .hasLineCount(1)
        .startsWith("dotori: no JDK 999 or newer found: install one");
    assertThat(process.waitFor()).isEqualTo(1);
  }

  private static Process run(Path script) throws IOException {
    return new ProcessBuilder("sh", script.toString(), "up").redirectErrorStream(true).start();
  }
}
