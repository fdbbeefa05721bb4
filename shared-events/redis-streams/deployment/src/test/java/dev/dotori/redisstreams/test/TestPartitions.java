package dev.dotori.redisstreams.test;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

/** The partitions of a stream, as a program that does not use the connector would fill them. */
final class TestPartitions {

  private TestPartitions() {}

  static int of(String key, int partitions) {
    CRC32 crc = new CRC32();
    crc.update(key.getBytes(StandardCharsets.UTF_8));
    return (int) (crc.getValue() % partitions);
  }

  static String add(String stream, int partitions, String key, String data) {
    return (String)
        TestRedis.call("XADD", stream + ":" + of(key, partitions), "*", "key", key, "data", data);
  }

  /** Another key of the same partition. */
  static String keyBeside(String key, int partitions) {
    return IntStream.iterate(0, n -> n + 1)
        .mapToObj(n -> key + n)
        .filter(other -> of(other, partitions) == of(key, partitions))
        .findFirst()
        .orElseThrow();
  }

  /** How many entries are pending in a group, in all partitions. */
  static long pending(String stream, int partitions, String group) {
    return IntStream.range(0, partitions)
        .mapToLong(p -> TestRedis.pending(stream + ":" + p, group))
        .sum();
  }

  /** How many failures are noted, in all partitions. */
  static long failed(String stream, int partitions, String group) {
    return IntStream.range(0, partitions)
        .mapToLong(p -> TestRedis.number("HLEN", stream + ":" + p + ":failed:" + group))
        .sum();
  }
}
