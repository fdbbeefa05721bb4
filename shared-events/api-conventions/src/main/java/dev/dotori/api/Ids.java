package dev.dotori.api;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.UUID;

/**
 * Identifiers: UUID version 7 (RFC 9562), whose order is the order of their making.
 *
 * <p>Within one process each id is greater than the one before, so that a page sorted by id is a
 * page sorted by age, and rows are appended to an index rather than scattered over it.
 */
public final class Ids {

  /**
   * The order of the ids' bytes, and so of an index: for locks on rows, taken in one order by all.
   */
  public static final Comparator<UUID> ORDER =
      Comparator.comparing(UUID::getMostSignificantBits, Long::compareUnsigned)
          .thenComparing(UUID::getLeastSignificantBits, Long::compareUnsigned);

  private static volatile TimeBasedEpochGenerator generator;

  private Ids() {}

  /** A new id, greater than all that this process has made. */
  public static UUID next() {
    return generator().generate();
  }

  /** The 16 bytes of an id, in the order that sorts as the text does. */
  public static byte[] bytes(UUID id) {
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  /**
   * The id of 16 bytes.
   *
   * @throws IllegalArgumentException unless there are exactly 16
   */
  public static UUID uuid(byte[] bytes) {
    if (bytes.length != 16) {
      throw new IllegalArgumentException("an id has 16 bytes, not " + bytes.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(), buffer.getLong());
  }

  // Made at the first call and not in a static initialiser: a native image would freeze the seed.
  private static TimeBasedEpochGenerator generator() {
    TimeBasedEpochGenerator current = generator;
    if (current != null) {
      return current;
    }
    synchronized (Ids.class) {
      if (generator == null) {
        generator = Generators.timeBasedEpochGenerator();
      }
      return generator;
    }
  }
}
