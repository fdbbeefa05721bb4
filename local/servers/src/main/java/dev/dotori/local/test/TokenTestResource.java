package dev.dotori.local.test;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.Map;

/**
 * Makes a service under test trust a signing key of the test's own, which {@link TestTokens} signs
 * with. The service verifies as it does in production; only the address of the keys differs.
 */
public class TokenTestResource implements QuarkusTestResourceLifecycleManager {

  static final String SIGNING_KEY = "dotori.test.signing-key";
  static final String KEY_ID = "test-key";

  private Path jwks;

  @Override
  public Map<String, String> start() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      jwks = Files.createTempFile("dotori-test", ".jwks");
      Files.writeString(jwks, jwks((ECPublicKey) pair.getPublic()));
      return Map.of(
          SIGNING_KEY,
          Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()),
          "mp.jwt.verify.publickey.location",
          jwks.toUri().toString());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    try {
      if (jwks != null) {
        Files.deleteIfExists(jwks);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String jwks(ECPublicKey key) {
    return """
    {"keys": [{"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "%s",
               "x": "%s", "y": "%s"}]}
    """
        .formatted(
            KEY_ID, coordinate(key.getW().getAffineX()), coordinate(key.getW().getAffineY()));
  }

  // RFC 7518, 6.2.1: exactly 32 bytes, so a leading zero of BigInteger's goes and a short one
  // grows.
  private static String coordinate(BigInteger value) {
    byte[] bytes = value.toByteArray();
    byte[] field = new byte[32];
    int length = Math.min(bytes.length, field.length);
    System.arraycopy(bytes, bytes.length - length, field, field.length - length, length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(field);
  }
}
