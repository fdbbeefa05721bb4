package dev.dotori.members.secret;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A random secret that is given out once and kept only as its hash: a client secret or a refresh
 * token.
 *
 * <p>It has 256 random bits. There is nothing to guess, so one round of SHA-256 keeps it as well as
 * a password hash would, and a request is not slowed down by it.
 */
public record Secret(String value) {

  private static final int BYTES = 32;

  /** A new one. */
  public static Secret random() {
    byte[] bytes = new byte[BYTES];
    // Not a constant: a native image would freeze the generator's seed.
    new SecureRandom().nextBytes(bytes);
    return new Secret(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** What is stored of it. */
  public byte[] hash() {
    return sha256(value);
  }

  /** Whether this is the secret of the hash, in a time that tells nothing of how near it was. */
  public boolean hasHash(byte[] hash) {
    return MessageDigest.isEqual(hash(), hash);
  }

  /** SHA-256 of the text's UTF-8 bytes. */
  public static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  @Override
  public String toString() {
    return "Secret[…]";
  }
}
