package dev.dotori.outbox;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.UUID;

/** What the statements of this package have in common. */
final class Sql {

  /** The order in which the database sorts ids. */
  static final Comparator<UUID> BYTE_ORDER =
      (a, b) -> {
        int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return high != 0
            ? high
            : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
      };

  /** Before every id. */
  static final UUID FIRST_ID = new UUID(0, 0);

  private Sql() {}

  static String repeat(String text, String separator, int times) {
    return text + (separator + text).repeat(times - 1);
  }

  static byte[] bytes(UUID id) {
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  static UUID uuid(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(), buffer.getLong());
  }
}
