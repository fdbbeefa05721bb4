package dev.dotori.local.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.dotori.local.servers.Directories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder that holds everything of one local system: its data, secrets, logs and what runs. Only
 * its owner can enter it.
 */
public final class DataDirectory {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  /** Everything that {@code up} makes in it, except the lock that its remover holds. */
  private static final List<String> CONTENT =
      List.of(
          "mysql",
          "redis",
          "s3",
          "sandbox",
          "replay",
          "run",
          "logs",
          "settings.json",
          "processes.json",
          "endpoints.json");

  private final Path path;

  public DataDirectory(Path path) {
    this.path = path.toAbsolutePath().normalize();
  }

  Path path() {
    return path;
  }

  Path of(String part) {
    return path.resolve(part);
  }

  Path log(String part) {
    return path.resolve("logs").resolve(part + ".log");
  }

  /** Puts the log of the former run aside, so that the log tells of one run only. */
  Path newLog(String part) {
    Path log = log(part);
    try {
      Directories.createPrivate(log.getParent());
      if (Files.exists(log)) {
        Path former = log.resolveSibling(part + ".log.1");
        Files.move(log, former, StandardCopyOption.REPLACE_EXISTING);
      }
      Files.createFile(log);
      return log;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> logged() {
    if (!Files.isDirectory(of("logs"))) {
      return List.of();
    }
    try (Stream<Path> logs = Files.list(of("logs"))) {
      return logs.map(log -> log.getFileName().toString())
          .filter(name -> name.endsWith(".log"))
          .map(name -> name.substring(0, name.length() - ".log".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where things are, if the system is up. */
  public Optional<Endpoints> endpoints() {
    return read("endpoints.json", new TypeReference<>() {});
  }

  void endpoints(Endpoints endpoints) {
    write("endpoints.json", endpoints);
  }

  Settings settings() {
    return read("settings.json", new TypeReference<Settings>() {}).orElseGet(Settings::new);
  }

  void settings(Settings settings) {
    write("settings.json", settings);
  }

  /** What was started, by name, whether or not it still runs. */
  Map<String, RunningProcess> processes() {
    return read("processes.json", new TypeReference<Map<String, RunningProcess>>() {})
        .orElseGet(LinkedHashMap::new);
  }

  void processes(Map<String, RunningProcess> processes) {
    write("processes.json", processes);
  }

  /** Nothing runs any more: removes what said that something does. */
  void nothingRuns() {
    try {
      Files.deleteIfExists(of("endpoints.json"));
      Files.deleteIfExists(of("processes.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes all data, secrets and logs. What others have put into the folder stays. */
  void clear() {
    CONTENT.forEach(name -> Directories.delete(of(name)));
  }

  private <T> Optional<T> read(String name, TypeReference<T> type) {
    Path file = of(name);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(file.toFile(), type));
    } catch (IOException e) {
      throw new CommandException(file + " can't be read: " + e.getMessage(), e);
    }
  }

  private void write(String name, Object content) {
    try {
      Directories.createPrivate(path);
      Directories.writePrivate(of(name), JSON.writeValueAsString(content) + "\n");
    } catch (IOException e) {
      throw new CommandException(of(name) + " can't be written: " + e.getMessage(), e);
    }
  }

  /**
   * Keeps other commands from changing the same system meanwhile. Ends with the process at the
   * latest.
   *
   * @throws CommandException when another command holds it
   */
  Lock lock() {
    try {
      Directories.createPrivate(path);
      Path file = of("lock");
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        String holder = Files.readString(file).strip();
        channel.close();
        throw new CommandException(
            "another dotori command (pid %s) is at work on %s".formatted(holder, path));
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              String.valueOf(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
      return new Lock(channel);
    } catch (IOException e) {
      throw new CommandException(path + " can't be used: " + e.getMessage(), e);
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** Held until closed. */
  record Lock(FileChannel channel) implements AutoCloseable {
    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
