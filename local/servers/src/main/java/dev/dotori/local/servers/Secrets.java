package dev.dotori.local.servers;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** Random secrets. Those made of hex digits need no escaping in URLs, SQL or ACL files. */
public final class Secrets {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Secrets() {}

  /** 160 random bits as 40 hex digits. */
  public static String password() {
    return HexFormat.of().formatHex(bytes(20));
  }

  /** 256 random bits in base64: a key for AES-256. */
  public static String key() {
    return Base64.getEncoder().encodeToString(bytes(32));
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }
}
