package dev.dotori.members.token;

import dev.dotori.members.MembersConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals signing keys for the database with AES-256-GCM under the configured key-encryption key, so
 * that a copy of the database signs nothing.
 */
@ApplicationScoped
public class KeyEncryption {

  private static final int KEY_BYTES = 32;
  // What NIST SP 800-38D recommends; random, since far fewer than 2^32 keys are ever sealed.
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecretKey key;

  KeyEncryption(MembersConfig config) {
    String text =
        config
            .keyEncryptionKey()
            .filter(KeyEncryption::isKey)
            .orElseThrow(() ->
                new IllegalStateException(
                    "dotori.members.key-encryption-key must be 32 bytes in base64"));
    this.key = new SecretKeySpec(Base64.getDecoder().decode(text), "AES");
  }

  /** Whether the text is 32 bytes in base64. */
  public static boolean isKey(String text) {
    try {
      return Base64.getDecoder().decode(text).length == KEY_BYTES;
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  /**
   * Seals the bytes.
   *
   * @param context what they belong to; only with the same context can they be opened
   */
  byte[] seal(byte[] bytes, byte[] context) {
    byte[] nonce = new byte[NONCE_BYTES];
    new SecureRandom().nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(bytes);
      return ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java has AES-GCM", impossible);
    }
  }

  /**
   * Opens what {@link #seal} sealed.
   *
   * @throws IllegalStateException when it was sealed under another key or context, or was changed
   */
  byte[] open(byte[] sealed, byte[] context) {
    ByteBuffer buffer = ByteBuffer.wrap(sealed);
    byte[] nonce = new byte[NONCE_BYTES];
    buffer.get(nonce);
    byte[] rest = new byte[buffer.remaining()];
    buffer.get(rest);
    try {
      return cipher(Cipher.DECRYPT_MODE, nonce, context).doFinal(rest);
    } catch (AEADBadTagException otherKey) {
      throw new IllegalStateException(
          "dotori.members.key-encryption-key is not the key that the signing keys in the database"
              + " are sealed under",
          otherKey);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java has AES-GCM", impossible);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, byte[] context) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(context);
    return cipher;
  }
}
