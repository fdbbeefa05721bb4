package dev.dotori.socialshare.connection;

import dev.dotori.socialshare.SocialShareConfig;
import dev.dotori.socialshare.network.Network;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts the networks' tokens: AES-256-GCM, a random nonce each.
 *
 * <p>Member, network and use are associated data, so that a token copied into another row, or the
 * renewal token into the place of the access token, doesn't decrypt.
 */
// Made at start-up, so that a wrong setting is refused then.
@Startup
@ApplicationScoped
public class TokenCipher {

  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecureRandom random = new SecureRandom();
  private final Map<String, SecretKeySpec> keys = new HashMap<>();
  private final String currentKeyId;

  TokenCipher(SocialShareConfig config) {
    currentKeyId = config.tokenEncryptionKeyId();
    if (currentKeyId.isEmpty() || currentKeyId.length() > 16) {
      throw new IllegalStateException(
          "dotori.social-share.token-encryption-key-id must have 1 to 16 characters");
    }
    config.retiredTokenEncryptionKeys().forEach((id, key) -> keys.put(id, key(key)));
    keys.put(currentKeyId, key(config.tokenEncryptionKey().orElseThrow(TokenCipher::noKey)));
  }

  private static IllegalStateException noKey() {
    return new IllegalStateException(
        "dotori.social-share.token-encryption-key (DOTORI_SOCIAL_SHARE_TOKEN_ENCRYPTION_KEY) is not"
            + " set: give it 32 random bytes in base64");
  }

  private static SecretKeySpec key(String base64) {
    byte[] key = decode(base64);
    if (key.length != KEY_BYTES) {
      throw new IllegalStateException(
          "a token encryption key must be base64 of 32 bytes; this one has " + key.length);
    }
    return new SecretKeySpec(key, "AES");
  }

  private static byte[] decode(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      // Without its cause, whose message may quote the key.
      throw new IllegalStateException("a token encryption key is not base64");
    }
  }

  /** The key that {@link #encrypt} uses now. */
  public String currentKeyId() {
    return currentKeyId;
  }

  /** What a secret is for; part of what is authenticated. */
  public enum Use {
    ACCESS,
    RENEWAL,
    CODE_VERIFIER
  }

  /** Whose secret it is; part of what is authenticated. */
  public record Owner(UUID memberId, Network network) {}

  /** Nonce and ciphertext; null for null. */
  public byte[] encrypt(String secret, Owner owner, Use use) {
    if (secret == null) {
      return null;
    }
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, currentKeyId, nonce, owner, use);
      byte[] encrypted = cipher.doFinal(secret.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.allocate(NONCE_BYTES + encrypted.length).put(nonce).put(encrypted).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The secret; null for null.
   *
   * @throws IllegalStateException when the key is not known any more, or the row was tampered with
   */
  public String decrypt(byte[] encrypted, String keyId, Owner owner, Use use) {
    if (encrypted == null) {
      return null;
    }
    try {
      byte[] nonce = Arrays.copyOf(encrypted, NONCE_BYTES);
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, keyId, nonce, owner, use);
      byte[] secret = cipher.doFinal(encrypted, NONCE_BYTES, encrypted.length - NONCE_BYTES);
      return new String(secret, StandardCharsets.UTF_8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a stored token does not decrypt with key " + keyId, e);
    }
  }

  private Cipher cipher(int mode, String keyId, byte[] nonce, Owner owner, Use use)
      throws GeneralSecurityException {
    SecretKeySpec key = keys.get(keyId);
    if (key == null) {
      throw new IllegalStateException("no token encryption key is named " + keyId);
    }
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    String associated = owner.memberId() + "|" + owner.network().key() + "|" + use + "|" + keyId;
    cipher.updateAAD(associated.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}
