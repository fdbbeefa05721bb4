package dev.dotori.bench.connector.app;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/** The events that pass, as the connector writes them: a small CloudEvent in binary mode. */
final class Entries {

  static final String GROUP = "bench";
  static final String SOURCE = "/bench";
  static final String TYPE = "bench.happened.v1";

  /** As the keyed channels are configured. */
  static final int PARTITIONS = 8;

  private static final int KEYS = 10_000;

  private Entries() {}

  static byte[] payload(int bytes) {
    byte[] payload = new byte[bytes];
    Arrays.fill(payload, (byte) 'x');
    return payload;
  }

  static String key(int number) {
    return "k" + number % KEYS;
  }

  static Request xadd(String stream, int number, byte[] payload) {
    return head(stream, number).arg("data").arg(payload);
  }

  static Request keyedXadd(String stream, int number, byte[] payload) {
    String key = key(number);
    return head(partition(stream, key), number).arg("key").arg(key).arg("data").arg(payload);
  }

  private static Request head(String stream, int number) {
    return Request.cmd(Command.XADD)
        .arg(stream)
        .arg("*")
        .arg("ce_id")
        .arg(Integer.toString(number))
        .arg("ce_source")
        .arg(SOURCE)
        .arg("ce_specversion")
        .arg("1.0")
        .arg("ce_type")
        .arg(TYPE);
  }

  private static String partition(String stream, String key) {
    CRC32 crc = new CRC32();
    crc.update(key.getBytes(StandardCharsets.UTF_8));
    return partition(stream, (int) (crc.getValue() % PARTITIONS));
  }

  static String partition(String stream, int number) {
    return stream + ":" + number;
  }
}
