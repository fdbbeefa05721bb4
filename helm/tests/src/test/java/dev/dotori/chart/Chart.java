package dev.dotori.chart;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The chart, or a copy with a fault, and Helm that renders it. Each install is rendered once.
 *
 * <p>Helm's library gives a release without its hooks, so the chart is rendered from a copy in
 * which hooks are called otherwise and hence are objects like others; what is rendered has their
 * own name again.
 */
final class Chart {
  /** The repository. */
  static final Path ROOT = Path.of(System.getProperty("dotori.root")).toAbsolutePath();

  static final Path SOURCE = ROOT.resolve("helm/dotori");

  /** The oldest that the chart is for. */
  private static final String KUBERNETES = "1.30.0";

  private static final String HOOK = "helm.sh/hook";
  private static final String HOOK_MEANWHILE = "hook.dotori.test/hook";

  private static final Chart CHART = new Chart(copy(text -> text));

  private final Path folder;
  private final Path withoutHooks;
  private final Map<Install, Rendering> rendered = new ConcurrentHashMap<>();

  private Chart(Path folder) {
    ApiServer.start();
    this.folder = folder;
    this.withoutHooks = copyOf(folder, (path, text) -> text.replace(HOOK, HOOK_MEANWHILE));
  }

  static Chart dotori() {
    return CHART;
  }

  /** A copy in which one file says something else, to see whether that is found. */
  Chart withFault(String file, String text, String other) {
    Path copy =
        copyOf(
            folder,
            (path, content) -> {
              if (!path.equals(file)) {
                return content;
              }
              if (!content.contains(text)) {
                throw new IllegalArgumentException(file + " has no «" + text + "»");
              }
              return content.replaceFirst(
                  Pattern.quote(text), other.replace("\\", "\\\\").replace("$", "\\$"));
            });
    return new Chart(copy);
  }

  /**
   * All objects that Helm makes of an install, hooks and tests among them.
   *
   * @throws IllegalStateException when Helm refuses, with its reason
   */
  Rendering render(Install install) {
    return rendered.computeIfAbsent(
        install, i -> Rendering.of(i, run(withoutHooks, i).replace(HOOK_MEANWHILE, HOOK)));
  }

  /** What `helm template --skip-tests` prints: objects, then hooks. */
  String template(Install install) {
    StringBuilder hooks = new StringBuilder();
    for (String document : run(withoutHooks, install).split("(?m)^---\n")) {
      if (document.contains(HOOK_MEANWHILE + ": ")
          && !document.contains(HOOK_MEANWHILE + ": test")) {
        hooks.append("---\n").append(document.replace(HOOK_MEANWHILE, HOOK));
      }
    }
    return run(folder, install) + hooks;
  }

  /** What Helm tells the operator afterwards. */
  String notes(Install install) {
    var command =
        new Helm(folder)
            .install()
            .clientOnly()
            .dryRun()
            .withKubeVersion(KUBERNETES)
            .withName(install.release())
            .withNamespace(install.namespace());
    files(install).forEach(command::withValuesFile);
    return command.call().getOutput().split("NOTES:\n", 2)[1];
  }

  private String run(Path chart, Install install) {
    var command =
        new Helm(chart)
            .template()
            .withKubeVersion(KUBERNETES)
            .withName(install.release())
            .withNamespace(install.namespace());
    files(install).forEach(command::withValuesFile);
    return command.call();
  }

  /** In Helm's order: what is later goes before what is earlier. */
  List<Path> files(Install install) {
    List<Path> files = new ArrayList<>();
    install.profiles().forEach(profile -> files.add(folder.resolve(profile).normalize()));
    try {
      for (String values : install.values()) {
        Path file = Files.createTempFile(Temporary.folder(), "values", ".yaml");
        files.add(Files.writeString(file, values));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  Path folder() {
    return folder;
  }

  String read(String file) {
    return Texts.read(folder.resolve(file));
  }

  private interface Edit {
    String apply(String path, String text);
  }

  private static Path copy(java.util.function.UnaryOperator<String> edit) {
    return copyOf(SOURCE, (path, text) -> edit.apply(text));
  }

  private static Path copyOf(Path from, Edit edit) {
    try (Stream<Path> files = Files.walk(from)) {
      Path to = Files.createTempDirectory(Temporary.folder(), "chart").resolve("dotori");
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String path = from.relativize(file).toString();
        Path copy = to.resolve(path);
        Files.createDirectories(copy.getParent());
        Files.writeString(copy, edit.apply(path, Texts.read(file)));
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
