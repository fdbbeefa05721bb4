package dev.dotori.redisstreams.companion;

import dev.dotori.local.servers.RedisServer;
import java.nio.file.Path;

/** The Redis that this build's tests run on; a machine need not have one on its PATH. */
final class TestProgram {

  private TestProgram() {}

  static Path redis() {
    try (RedisServer server = RedisServer.temporary()) {
      return server.program();
    }
  }
}
