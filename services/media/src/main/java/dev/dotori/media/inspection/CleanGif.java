package dev.dotori.media.inspection;

import dev.dotori.media.file.Rejection;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Copies a GIF block by block, so that an animation stays one, and leaves out comments, texts,
 * application data such as XMP, and whatever follows the image's end.
 */
final class CleanGif {

  private static final int EXTENSION = 0x21;
  private static final int IMAGE = 0x2c;
  private static final int TRAILER = 0x3b;
  private static final int GRAPHIC_CONTROL = 0xf9;
  private static final int APPLICATION = 0xff;
  private static final String LOOPS = "NETSCAPE2.0";
  private static final int SCREEN_END = 13;
  private static final int IMAGE_DESCRIPTOR = 10;
  private static final int LOOP_BLOCK = 3;

  private final byte[] gif;
  private final ByteArrayOutputStream clean;
  private int at;
  private int frames;

  private CleanGif(byte[] gif) {
    this.gif = gif;
    this.clean = new ByteArrayOutputStream(gif.length);
  }

  /**
   * A GIF taken apart and put together again.
   *
   * @param width of the screen that all frames are drawn on
   */
  record Result(byte[] bytes, int width, int height, int frames) {}

  static Result of(byte[] gif) throws RejectedFileException {
    try {
      return new CleanGif(gif).copy();
    } catch (IndexOutOfBoundsException e) {
      throw new RejectedFileException(Rejection.DAMAGED, "the GIF is cut off");
    }
  }

  private Result copy() throws RejectedFileException {
    keep(SCREEN_END);
    keep(colours(SCREEN_END - 3));
    while (true) {
      switch (gif[at] & 0xff) {
        case EXTENSION -> extension();
        case IMAGE -> image();
        case TRAILER -> {
          clean.write(TRAILER);
          return new Result(clean.toByteArray(), shortAt(6), shortAt(8), frames);
        }
        default -> throw new RejectedFileException(Rejection.DAMAGED, "unknown block in a GIF");
      }
    }
  }

  private void extension() {
    int label = gif[at + 1] & 0xff;
    if (label == GRAPHIC_CONTROL) {
      keep(2);
      keepBlocks();
    } else if (label == APPLICATION && isLoop()) {
      keep(3 + LOOPS.length());
      if ((gif[at] & 0xff) == LOOP_BLOCK) {
        keep(1 + LOOP_BLOCK);
      }
      clean.write(0);
      skipBlocks();
    } else {
      at += 2;
      skipBlocks();
    }
  }

  private boolean isLoop() {
    return (gif[at + 2] & 0xff) == LOOPS.length()
        && new String(gif, at + 3, LOOPS.length(), StandardCharsets.US_ASCII).equals(LOOPS);
  }

  private void image() {
    frames++;
    int palette = colours(at + IMAGE_DESCRIPTOR - 1);
    keep(IMAGE_DESCRIPTOR + palette);
    keep(1); // the code size that the pixels' blocks begin with
    keepBlocks();
  }

  private void keepBlocks() {
    int length;
    do {
      length = gif[at] & 0xff;
      keep(1 + length);
    } while (length > 0);
  }

  private void skipBlocks() {
    int length;
    do {
      length = gif[at] & 0xff;
      at += 1 + length;
    } while (length > 0);
  }

  private void keep(int length) {
    java.util.Objects.checkFromIndexSize(at, length, gif.length);
    clean.write(gif, at, length);
    at += length;
  }

  /** Bytes of the colour table that the flags at the index announce. */
  private int colours(int flags) {
    int value = gif[flags] & 0xff;
    return (value & 0x80) == 0 ? 0 : 3 << ((value & 0x07) + 1);
  }

  private int shortAt(int index) {
    return (gif[index] & 0xff) | (gif[index + 1] & 0xff) << 8;
  }
}
