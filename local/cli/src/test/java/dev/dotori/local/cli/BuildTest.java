package dev.dotori.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildTest {
  private static final List<String> MODULES = List.of("services/members", "services/points");
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir Path root;
  private Build build;

  @BeforeEach
  void aTreeThatIsBuilt() throws IOException {
    build = new Build(root, new Console(new PrintStream(PrintStream.nullOutputStream()), false));
    file("pom.xml", -60);
    file("shared-events/events/src/main/java/Event.java", -60);
    for (String module : MODULES) {
      file(module + "/pom.xml", -60);
      file(module + "/src/main/java/App.java", -60);
      file(module + "/target/quarkus-app/quarkus-run.jar", 0);
    }
  }

  @Test
  void whatIsBuiltIsNotBuiltAgain() {
    assertThat(build.outdated(MODULES)).isEmpty();
  }

  @Test
  void aChangedModuleIsBuiltAlone() throws IOException {
    file("services/points/src/main/java/App.java", 10);
    assertThat(build.outdated(MODULES)).containsExactly("services/points");
  }

  @Test
  void aModuleThatWasNeverBuiltIsBuilt() throws IOException {
    Files.delete(root.resolve("services/members/target/quarkus-app/quarkus-run.jar"));
    assertThat(build.outdated(MODULES)).containsExactly("services/members");
  }

  @Test
  void aChangeInWhatIsSharedOutdatesAll() throws IOException {
    file("shared-events/events/src/main/java/Event.java", 10);
    assertThat(build.outdated(MODULES)).isEqualTo(MODULES);
  }

  @Test
  void testsAndBuiltFilesDoNotCount() throws IOException {
    file("shared-events/events/src/test/java/EventTest.java", 10);
    file("shared-events/events/target/classes/Event.class", 10);
    assertThat(build.outdated(MODULES)).isEmpty();
  }

  private void file(String name, int secondsAfterNoon) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
    Files.setLastModifiedTime(file, FileTime.from(NOON.plusSeconds(secondsAfterNoon)));
  }
}
