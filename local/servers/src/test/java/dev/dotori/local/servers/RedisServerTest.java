package dev.dotori.local.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RedisServerTest {
  private static final RedisServer.User POINTS =
      new RedisServer.User(
          "points", Secrets.password(), "~dotori:* -@all +@connection +@stream +@read");

  @Test
  void whatWasFlushedSurvivesAKill() throws Exception {
    try (RedisServer server = RedisServer.temporary().start()) {
      int port = server.port();
      ask(server.url(), "SET a 1");
      Thread.sleep(1_500); // the file is flushed every second

      server.kill();
      assertThat(server.isAlive()).isFalse();
      server.restart();

      assertThat(server.port()).isEqualTo(port);
      assertThat(ask(server.url(), "EXISTS a")).isEqualTo(":1");
    }
  }

  @Test
  void whatWasWrittenSurvivesAStop() throws IOException {
    try (RedisServer server = RedisServer.temporary().start()) {
      ask(server.url(), "SET a 1");

      server.restart();

      assertThat(ask(server.url(), "EXISTS a")).isEqualTo(":1");
    }
  }

  @Test
  void canComeBackEmpty() throws IOException {
    try (RedisServer server = RedisServer.temporary().start()) {
      ask(server.url(), "SET a 1");

      server.restartEmpty();

      assertThat(ask(server.url(), "EXISTS a")).isEqualTo(":0");
    }
  }

  @Test
  void aUserHasOnlyItsKeysAndCommands() throws IOException {
    try (RedisServer server = RedisServer.temporary(POINTS).start()) {
      String url = server.url(POINTS);
      assertThat(ask(url, "XADD dotori:s 1-1 a b")).startsWith("$");
      assertThat(ask(url, "XADD other 1-1 a b")).startsWith("-NOPERM");
      assertThat(ask(url, "FLUSHALL")).startsWith("-NOPERM");
      assertThat(ask(url, "CONFIG GET *")).startsWith("-NOPERM");
    }
  }

  @Test
  void nobodyGetsInWithoutAPassword() throws IOException {
    try (RedisServer server = RedisServer.temporary().start()) {
      assertThat(ask("redis://127.0.0.1:" + server.port(), "EXISTS a")).startsWith("-NOAUTH");
      assertThat(ask("redis://default:wrong@127.0.0.1:" + server.port(), "EXISTS a"))
          .startsWith("-NOAUTH");
    }
  }

  /** The first line of the answer to one command. */
  private static String ask(String url, String command) throws IOException {
    URI uri = URI.create(url);
    try (Socket socket = new Socket("127.0.0.1", uri.getPort());
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      if (uri.getUserInfo() != null) {
        String[] login = uri.getUserInfo().split(":");
        String user = login[0].isEmpty() ? "default" : login[0];
        send(socket, "AUTH " + user + " " + login[1]);
        in.readLine();
      }
      send(socket, command);
      return in.readLine();
    }
  }

  private static void send(Socket socket, String command) throws IOException {
    socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
  }
}
