package dev.dotori.members.token;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Map;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.lang.HashUtil;

/**
 * A P-256 key pair that signs tokens (ES256).
 *
 * @param generation counts from 1
 * @param kid the key's RFC 7638 thumbprint
 * @param signsFrom when it takes over from the generation before
 */
record SigningKey(
    int generation, String kid, ECPublicKey publicKey, ECPrivateKey privateKey, Instant signsFrom) {

  static SigningKey generate(int generation, Instant signsFrom) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      ECPublicKey publicKey = (ECPublicKey) pair.getPublic();
      return new SigningKey(
          generation,
          new EllipticCurveJsonWebKey(publicKey)
              .calculateBase64urlEncodedThumbprint(HashUtil.SHA_256),
          publicKey,
          (ECPrivateKey) pair.getPrivate(),
          signsFrom);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java has P-256", impossible);
    }
  }

  static SigningKey decode(
      int generation, String kid, byte[] publicKey, byte[] privateKey, Instant signsFrom) {
    try {
      KeyFactory factory = KeyFactory.getInstance("EC");
      return new SigningKey(
          generation,
          kid,
          (ECPublicKey) factory.generatePublic(new X509EncodedKeySpec(publicKey)),
          (ECPrivateKey) factory.generatePrivate(new PKCS8EncodedKeySpec(privateKey)),
          signsFrom);
    } catch (GeneralSecurityException damaged) {
      throw new IllegalStateException("signing key " + kid + " can't be read", damaged);
    }
  }

  /** The public half as a JSON Web Key (RFC 7517). */
  Map<String, Object> publicJwk() {
    EllipticCurveJsonWebKey jwk = new EllipticCurveJsonWebKey(publicKey);
    jwk.setKeyId(kid);
    jwk.setUse("sig");
    jwk.setAlgorithm("ES256");
    return jwk.toParams(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
  }

  @Override
  public String toString() {
    return "SigningKey[generation=" + generation + ", kid=" + kid + "]";
  }
}
