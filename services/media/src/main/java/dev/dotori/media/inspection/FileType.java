package dev.dotori.media.inspection;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** The types of file that are taken, told by how a file's bytes begin. */
public enum FileType {
  JPEG("image/jpeg", "jpeg", 8),
  PNG("image/png", "png", 12),
  GIF("image/gif", "gif", 9),
  WEBP("image/webp", "webp", 40),
  PDF("application/pdf", null, 0);

  /** What clients may declare. */
  public static final Set<String> CONTENT_TYPES =
      Set.of(JPEG.contentType, PNG.contentType, GIF.contentType, WEBP.contentType, PDF.contentType);

  /** How many bytes {@link #of} wants to see. */
  static final int HEAD = 12;

  private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  private final String contentType;
  private final String imageFormat;
  private final int bytesPerPixel;

  FileType(String contentType, String imageFormat, int bytesPerPixel) {
    this.contentType = contentType;
    this.imageFormat = imageFormat;
    this.bytesPerPixel = bytesPerPixel;
  }

  /** The media type. */
  public String contentType() {
    return contentType;
  }

  /** ImageIO's name of the format; null for documents. */
  String imageFormat() {
    return imageFormat;
  }

  /**
   * Bytes of memory to allow for a pixel while a picture is read and turned: as stored (8 for a PNG
   * of 16 bits a channel), upright (4), and half the size (1). WebP's reader keeps whole blocks of
   * coefficients besides; for it this is an estimate to the safe side.
   */
  int bytesPerPixel() {
    return bytesPerPixel;
  }

  /** The type of a file that begins so, if it is one of these. */
  static Optional<FileType> of(byte[] head) {
    if (head.length >= 3
        && head[0] == (byte) 0xff
        && head[1] == (byte) 0xd8
        && head[2] == (byte) 0xff) {
      return Optional.of(JPEG);
    }
    if (beginsWith(head, 0, PNG_SIGNATURE)) {
      return Optional.of(PNG);
    }
    if (beginsWith(head, 0, "GIF87a") || beginsWith(head, 0, "GIF89a")) {
      return Optional.of(GIF);
    }
    if (beginsWith(head, 0, "RIFF") && beginsWith(head, 8, "WEBP")) {
      return Optional.of(WEBP);
    }
    if (beginsWith(head, 0, "%PDF-")) {
      return Optional.of(PDF);
    }
    return Optional.empty();
  }

  private static boolean beginsWith(byte[] head, int at, String text) {
    return beginsWith(head, at, text.getBytes(StandardCharsets.US_ASCII));
  }

  private static boolean beginsWith(byte[] head, int at, byte[] signature) {
    return head.length >= at + signature.length
        && Arrays.equals(head, at, at + signature.length, signature, 0, signature.length);
  }
}
