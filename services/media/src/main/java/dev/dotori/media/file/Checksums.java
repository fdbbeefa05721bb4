package dev.dotori.media.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, as files are declared by. */
public final class Checksums {

  private static final int PART = 1 << 16;

  private Checksums() {}

  /** The SHA-256 of a file, in lower-case hexadecimal digits. */
  public static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] part = new byte[PART];
    try (InputStream content = Files.newInputStream(file)) {
      for (int read = content.read(part); read >= 0; read = content.read(part)) {
        digest.update(part, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
