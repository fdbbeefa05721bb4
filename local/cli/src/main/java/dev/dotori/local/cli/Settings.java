package dev.dotori.local.cli;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import dev.dotori.local.servers.Ports;
import dev.dotori.local.servers.Secrets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What is decided once for a data directory and stays as long as its data: ports, secrets, and
 * which servers to use. The content of {@code settings.json}.
 */
@JsonAutoDetect(
    fieldVisibility = JsonAutoDetect.Visibility.ANY,
    getterVisibility = JsonAutoDetect.Visibility.NONE,
    isGetterVisibility = JsonAutoDetect.Visibility.NONE)
final class Settings {
  static final String GATEWAY = "gateway";
  static final int DEFAULT_GATEWAY_PORT = 8080;

  private final Map<String, Integer> ports = new TreeMap<>();
  private final Map<String, String> secrets = new TreeMap<>();
  private String mysqlHome;
  private String redisProgram;

  int gatewayPort() {
    return ports.getOrDefault(GATEWAY, DEFAULT_GATEWAY_PORT);
  }

  void gatewayPort(int port) {
    ports.put(GATEWAY, port);
  }

  /** The port for this purpose: a free one, and from then on always the same. */
  int port(String purpose) {
    return ports.computeIfAbsent(purpose, _ -> unusedPort());
  }

  private int unusedPort() {
    Set<Integer> used = Set.copyOf(ports.values());
    int port;
    do {
      port = Ports.free();
    } while (used.contains(port));
    return port;
  }

  /** Ports that somebody else has taken meanwhile are chosen anew; the gateway's is the user's. */
  void replaceTakenPorts() {
    ports
        .entrySet()
        .removeIf(port -> !port.getKey().equals(GATEWAY) && !Ports.isFree(port.getValue()));
  }

  /** A password for this purpose. */
  String password(String purpose) {
    return secrets.computeIfAbsent(purpose, _ -> Secrets.password());
  }

  /** A 256-bit key in base64 for this purpose. */
  String key(String purpose) {
    return secrets.computeIfAbsent(purpose, _ -> Secrets.key());
  }

  /** A random name for this purpose. */
  String id(String purpose) {
    return secrets.computeIfAbsent(purpose, _ -> UUID.randomUUID().toString());
  }

  Optional<String> mysqlHome() {
    return Optional.ofNullable(mysqlHome);
  }

  void mysqlHome(String home) {
    mysqlHome = home;
  }

  Optional<String> redisProgram() {
    return Optional.ofNullable(redisProgram);
  }

  void redisProgram(String program) {
    redisProgram = program;
  }
}
