package dev.dotori.local.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second replay of the same plan away: each would enrol the members. Ends with the process
 * at the latest.
 */
record ReplayLock(FileChannel channel) implements AutoCloseable {

  static ReplayLock of(Path replays, String key) {
    try {
      Files.createDirectories(replays);
      FileChannel channel =
          FileChannel.open(
              replays.resolve(key + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!isTaken(channel)) {
        return new ReplayLock(channel);
      }
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new ReplayException("the same replay is running already");
  }

  private static boolean isTaken(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() == null;
    } catch (OverlappingFileLockException e) {
      return true;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
