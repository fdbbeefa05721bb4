package dev.dotori.local.replay;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * What a replay has done so far, so that the next one goes on from there. A line may be lost when
 * the machine stops, never half believed: what is lost is sent again under the same key, and the
 * service answers as it did before.
 */
final class Journal implements AutoCloseable {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * @param id distinguishes this run's members and keys from those of all others
   * @param store null until it is open
   */
  @RegisterForReflection(targets = {Run.class, Store.class})
  record Run(String id, Store store) {}

  record Store(UUID id, String clientId, String clientSecret) {}

  private final Path folder;
  private final FileChannel members;
  private final FileChannel purchases;
  private final Map<String, UUID> memberIds = new ConcurrentHashMap<>();
  private final BitSet accepted = new BitSet();
  private Run run;

  private Journal(Path folder) throws IOException {
    this.folder = folder;
    createPrivate(folder);
    Path file = folder.resolve("run.json");
    this.run =
        Files.exists(file)
            ? JSON.readValue(file.toFile(), Run.class)
            : new Run(UUID.randomUUID().toString().substring(0, 8), null);
    writeRun();
    for (String line : wholeLines(folder.resolve("members"))) {
      String[] fields = line.split(" ");
      memberIds.put(fields[0], UUID.fromString(fields[1]));
    }
    wholeLines(folder.resolve("purchases")).forEach(line -> accepted.set(Integer.parseInt(line)));
    this.members = appendTo(folder.resolve("members"));
    this.purchases = appendTo(folder.resolve("purchases"));
  }

  /** The journal of this plan, empty when it was never begun. */
  static Journal open(Path replays, String key) {
    try {
      return new Journal(replays.resolve(key));
    } catch (IOException e) {
      throw new ReplayException(
          "the journal in " + replays.resolve(key) + " can't be used: " + e.getMessage(), e);
    }
  }

  /** Forgets all, because the system no longer knows what the journal speaks of. */
  static void discard(Path replays, String key) {
    Path folder = replays.resolve(key);
    for (String name : List.of("run.json", "members", "purchases")) {
      try {
        Files.deleteIfExists(folder.resolve(name));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  Path folder() {
    return folder;
  }

  String runId() {
    return run.id();
  }

  Optional<Store> store() {
    return Optional.ofNullable(run.store());
  }

  void storeOpened(Store store) {
    run = new Run(run.id(), store);
    try {
      writeRun();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Optional<UUID> member(String customer) {
    return Optional.ofNullable(memberIds.get(customer));
  }

  int enrolled() {
    return memberIds.size();
  }

  void enrolled(String customer, UUID id) {
    append(members, customer + " " + id + "\n");
    memberIds.put(customer, id);
  }

  synchronized boolean isAccepted(int line) {
    return accepted.get(line);
  }

  synchronized int accepted() {
    return accepted.cardinality();
  }

  synchronized void accepted(int line) {
    append(purchases, line + "\n");
    accepted.set(line);
  }

  private void writeRun() throws IOException {
    Path file = folder.resolve("run.json");
    Path next = folder.resolve("run.json.new");
    Files.deleteIfExists(next);
    Files.createFile(
        next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(next, JSON.writeValueAsBytes(run));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void createPrivate(Path folder) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /**
   * A last line without an end was cut off while it was written: it goes, so that the next one
   * starts afresh.
   */
  private static List<String> wholeLines(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    byte[] content = Files.readAllBytes(file);
    int end = content.length;
    while (end > 0 && content[end - 1] != '\n') {
      end--;
    }
    if (end < content.length) {
      Files.write(file, Arrays.copyOf(content, end));
    }
    try (Stream<String> lines = new String(content, 0, end, StandardCharsets.US_ASCII).lines()) {
      return lines.toList();
    }
  }

  private static FileChannel appendTo(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static void append(FileChannel file, String line) {
    try {
      // One write per line: with O_APPEND lines of many threads stay whole.
      file.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      throw new ReplayException("the journal can't be written: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try (members;
        purchases) {
      members.force(true);
      purchases.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
