package dev.dotori.local.cli;

import dev.dotori.local.servers.Directories;
import dev.dotori.local.servers.Lifetime;
import dev.dotori.local.servers.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A program of ours that answers over HTTP when it is ready.
 *
 * @param name unique
 * @param url where clients find it
 * @param ports by what they are for
 * @param command prepares what the program needs and gives its command line
 * @param environment its configuration, secrets included
 * @param ready answers 200 when it is ready; any answer will do when {@code anyAnswer}
 * @param log where its output goes
 * @param built the file that a build makes of it, if one does
 */
record ProgramPart(
    String name,
    String url,
    Map<String, Integer> ports,
    Supplier<List<String>> command,
    Map<String, String> environment,
    URI ready,
    boolean anyAnswer,
    Path log,
    Optional<Path> built)
    implements Part {

  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();

  @Override
  public ServerProcess launch() {
    return ServerProcess.start(command.get(), environment, log, Lifetime.DETACHED);
  }

  @Override
  public boolean isReady() {
    HttpRequest request = HttpRequest.newBuilder(ready).timeout(Duration.ofSeconds(2)).build();
    try {
      int status = HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      return anyAnswer || status == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public Duration startLimit() {
    // A few seconds on an idle machine; minutes are for one that builds and tests meanwhile.
    return Duration.ofMinutes(4);
  }

  @Override
  public Optional<String> missing() {
    return built
        .filter(file -> !Files.exists(file))
        .map(file -> name + " is not built: " + file + " is missing");
  }

  /**
   * A copy of a built application to run from, so that a later build does not pull the jars away
   * from under it. Made of hard links where the file system allows: it costs no space then.
   */
  static Path copyToRun(Path application, Path target) {
    Directories.delete(target);
    try (Stream<Path> files = Files.walk(application)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = target.resolve(application.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          link(file, copy);
        }
      }
      return target;
    } catch (IOException e) {
      throw new CommandException(application + " can't be copied to " + target, e);
    }
  }

  private static void link(Path file, Path copy) throws IOException {
    try {
      Files.createLink(copy, file);
    } catch (FileSystemException | UnsupportedOperationException e) {
      Files.copy(file, copy);
    }
  }
}
