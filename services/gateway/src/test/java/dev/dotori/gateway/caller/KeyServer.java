package dev.dotori.gateway.caller;

import com.sun.net.httpserver.HttpServer;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Publishes keys as members does, when it is there; signs with any of them, published or not. */
public final class KeyServer implements AutoCloseable {

  private final Map<String, KeyPair> published = new LinkedHashMap<>();
  private final HttpServer server;
  private volatile boolean away;

  KeyServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = away ? new byte[0] : jwks().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(away ? 503 : 200, away ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/.well-known/jwks.json";
  }

  void away(boolean isAway) {
    away = isAway;
  }

  synchronized KeyPair publish(String id) {
    KeyPair pair = newKey();
    published.put(id, pair);
    return pair;
  }

  static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A fresh member's token. */
  static String token(String keyId, KeyPair key, String issuer) {
    return Jwt.claims()
        .issuer(issuer)
        .audience("dotori")
        .subject(UUID.randomUUID().toString())
        .groups(Set.of("member"))
        .expiresIn(600)
        .jws()
        .algorithm(SignatureAlgorithm.ES256)
        .keyId(keyId)
        .sign(key.getPrivate());
  }

  private synchronized String jwks() {
    return published.entrySet().stream()
        .map(key -> jwk(key.getKey(), (ECPublicKey) key.getValue().getPublic()))
        .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
  }

  private static String jwk(String id, ECPublicKey key) {
    return "{\"kty\":\"EC\",\"crv\":\"P-256\",\"use\":\"sig\",\"alg\":\"ES256\",\"kid\":\"%s\",\"x\":\"%s\",\"y\":\"%s\"}"
        .formatted(id, coordinate(key.getW().getAffineX()), coordinate(key.getW().getAffineY()));
  }

  /** RFC 7518, 6.2.1: exactly 32 bytes. */
  private static String coordinate(BigInteger value) {
    byte[] bytes = value.toByteArray();
    byte[] field = new byte[32];
    byte[] digits = Arrays.copyOfRange(bytes, Math.max(0, bytes.length - 32), bytes.length);
    System.arraycopy(digits, 0, field, 32 - digits.length, digits.length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(field);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
