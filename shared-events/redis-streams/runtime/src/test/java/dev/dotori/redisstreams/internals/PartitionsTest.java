package dev.dotori.redisstreams.internals;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A key's partition is the same for ever: entries that are on their way depend on it. */
class PartitionsTest {

  @Test
  void aKeyBelongsToThePartitionThatItsCrc32Says() {
    // The checksum's check value, 0xCBF43926.
    assertThat(Partitions.of("123456789", 1_000)).isEqualTo((int) (0xCBF43926L % 1_000));
    assertThat(Partitions.of("", 7)).isZero();
    assertThat(Partitions.of("anything", 1)).isZero();
  }

  @Test
  void aKeyCountsByItsUtf8Bytes() {
    // By Python: zlib.crc32('도토리'.encode()) % 64
    assertThat(Partitions.of("도토리", 64)).isEqualTo(9);
  }

  @Test
  void keysSpread() {
    long used =
        IntStream.range(0, 1_000).map(i -> Partitions.of("key-" + i, 64)).distinct().count();
    assertThat(used).isEqualTo(64);
  }

  @Test
  void partitionsShareTheHashTagOfTheirStream() {
    assertThat(Partitions.stream("shop:{orders}", 3)).isEqualTo("shop:{orders}:3");
    assertThat(Partitions.countKey("shop:{orders}")).isEqualTo("shop:{orders}:partitions");
  }
}
