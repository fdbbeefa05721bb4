package dev.dotori.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Dockerfiles, and the scripts in images/ that they run. */
class ImagesTest {
  private static final Path ROOT = Path.of(System.getProperty("dotori.root"));
  private static final Path IMAGES = ROOT.resolve("images");

  @Test
  void theDockerfilesAreWhatTheTemplatesGive() throws Exception {
    Process check = run(IMAGES.resolve("render").toString(), "--check");

    assertThat(check.exitValue()).as(output(check)).isZero();
  }

  @Test
  void everyApplicationHasBothImages() throws IOException {
    Set<String> applications = new TreeSet<>();
    for (String folder : List.of("services", "local")) {
      try (Stream<Path> modules = Files.list(ROOT.resolve(folder))) {
        modules
            .filter(ImagesTest::isApplication)
            .map(ROOT::relativize)
            .map(Path::toString)
            .forEach(applications::add);
      }
    }

    assertThat(applications)
        .hasSizeGreaterThanOrEqualTo(8)
        .allSatisfy(module -> {
          Path docker = ROOT.resolve(module).resolve("src/main/docker");
          assertThat(docker.resolve("Dockerfile.native")).exists();
          assertThat(docker.resolve("Dockerfile.jvm")).exists();
        });
  }

  @Test
  void anExecutableGetsTheLibrariesThatItNeedsButForTheCLibrary(@TempDir Path folder)
      throws Exception {
    Path target = Files.createDirectory(folder.resolve("target"));
    Path java = Path.of(System.getProperty("java.home"));
    Files.copy(java.resolve("bin/java"), target.resolve("some-runner"));
    Files.copy(java.resolve("lib/libzip.so"), target.resolve("libzip.so"));
    Path to = folder.resolve("image");

    Process collect =
        run(IMAGES.resolve("collect").toString(), target.toString(), "some", to.toString());

    assertThat(collect.exitValue()).as(output(collect)).isZero();
    assertThat(names(to.resolve("app"))).containsExactly("libzip.so", "some");
    assertThat(names(to.resolve("lib"))).doesNotContain("libc.so.6", "libm.so.6", "libdl.so.2");
  }

  private static boolean isApplication(Path module) {
    try {
      return Files.exists(module.resolve("pom.xml"))
          && Files.readString(module.resolve("pom.xml"))
              .contains("<artifactId>quarkus-maven-plugin<");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(Path::getFileName)
          .map(Path::toString)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Process run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.waitFor();
    return process;
  }

  private static String output(Process ended) throws IOException {
    return new String(ended.getInputStream().readAllBytes());
  }
}
