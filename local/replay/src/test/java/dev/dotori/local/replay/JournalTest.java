package dev.dotori.local.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

  @TempDir Path folder;

  @Test
  void remembersWhatWasDone() {
    UUID member = UUID.randomUUID();
    Journal.Store store = new Journal.Store(UUID.randomUUID(), "client", "secret");
    String run;
    try (Journal journal = Journal.open(folder, "key")) {
      run = journal.runId();
      journal.storeOpened(store);
      journal.enrolled("00001", member);
      journal.accepted(7);
    }

    try (Journal journal = Journal.open(folder, "key")) {
      assertThat(journal.runId()).isEqualTo(run);
      assertThat(journal.store()).contains(store);
      assertThat(journal.member("00001")).contains(member);
      assertThat(journal.isAccepted(7)).isTrue();
      assertThat(journal.isAccepted(8)).isFalse();
    }
  }

  @Test
  void disregardsALineThatWasCutOff() throws IOException {
    try (Journal journal = Journal.open(folder, "key")) {
      journal.accepted(12);
    }
    // Of "345\n" only this much reached the disk.
    Files.writeString(folder.resolve("key/purchases"), "3", StandardOpenOption.APPEND);

    try (Journal journal = Journal.open(folder, "key")) {
      assertThat(journal.isAccepted(3)).isFalse();
      assertThat(journal.accepted()).isEqualTo(1);
      journal.accepted(4);
    }
    try (Journal journal = Journal.open(folder, "key")) {
      assertThat(journal.isAccepted(4)).isTrue();
      assertThat(journal.isAccepted(34)).isFalse();
    }
  }

  @Test
  void keepsTheStoresSecretToItsOwner() throws IOException {
    try (Journal journal = Journal.open(folder, "key")) {
      journal.storeOpened(new Journal.Store(UUID.randomUUID(), "client", "secret"));
    }

    assertThat(Files.getPosixFilePermissions(folder.resolve("key/run.json")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }
}
