package dev.dotori.bench.points;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/** Signs tokens as the members service would, with a key of its own that the service is told of. */
final class StoreToken {

  static final String ISSUER = "https://bench.invalid";
  private static final long LIFETIME_SECONDS = 3600;

  private final KeyPair key;

  StoreToken() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    key = generator.generateKeyPair();
  }

  /** Writes the public key as the service reads it. */
  void writeKeys(Path file) throws IOException {
    ECPublicKey publicKey = (ECPublicKey) key.getPublic();
    Files.writeString(
        file,
        """
        {"keys": [{"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "bench",
                   "x": "%s", "y": "%s"}]}
        """
            .formatted(
                coordinate(publicKey.getW().getAffineX()),
                coordinate(publicKey.getW().getAffineY())));
  }

  /** A store's token. */
  String of(UUID store) throws GeneralSecurityException {
    long now = Instant.now().getEpochSecond();
    String claims =
        """
        {"iss":"%s","aud":"dotori","sub":"%s","groups":["store"],"iat":%d,"exp":%d}\
        """
            .formatted(ISSUER, store, now, now + LIFETIME_SECONDS);
    String signed =
        base64("{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"bench\"}") + "." + base64(claims);
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initSign(key.getPrivate());
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + base64(signature.sign());
  }

  // RFC 7518, 6.2.1: exactly 32 bytes.
  private static String coordinate(BigInteger value) {
    byte[] bytes = value.toByteArray();
    byte[] field = new byte[32];
    int length = Math.min(bytes.length, field.length);
    System.arraycopy(bytes, bytes.length - length, field, field.length - length, length);
    return base64(field);
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
