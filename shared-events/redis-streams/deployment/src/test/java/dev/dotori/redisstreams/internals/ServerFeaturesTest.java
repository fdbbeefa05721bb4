package dev.dotori.redisstreams.internals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dotori.local.servers.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a server is said to have is what it has, whichever server the tests run on. */
class ServerFeaturesTest {

  private static final RedisServer.User NOBODY =
      new RedisServer.User("nobody", "nobody-secret", "-@all +ping");

  private static Vertx vertx;
  private static RedisServer server;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    server = RedisServer.temporary(NOBODY).start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
    await(vertx.close());
  }

  @Test
  void whatIsSaidIsTrue() throws Exception {
    RedisConnection connection = connect(server.url());
    String made = answer(connection, "XGROUP", "CREATE", "s", "g", "0", "MKSTREAM");
    assertThat(made).isEqualTo("OK");

    ServerFeatures features = await(ServerFeatures.ask(connection));

    assertThat(features.toString()).matches("(redis|valkey) \\d+\\.\\d+\\.\\d+");
    assertThat(features.replica()).isFalse();
    assertThat(features.waitAof())
        .isEqualTo(!answer(connection, "WAITAOF", "0", "0", "0").contains("unknown command"));
    assertThat(features.lag())
        .isEqualTo(answer(connection, "XINFO", "GROUPS", "s").contains("lag"));
    assertThat(features.ackAndDelete())
        .isEqualTo(
            !answer(connection, "XACKDEL", "s", "g", "IDS", "1", "1-1")
                .contains("unknown command"));
    assertThat(features.claimingRead())
        .isEqualTo(
            !answer(connection, "XREADGROUP", "GROUP", "g", "c", "CLAIM", "1", "STREAMS", "s", ">")
                .contains("ERR"));
    assertThat(features.idempotentAdd())
        .isEqualTo(
            !answer(connection, "XADD", "s", "IDMP", "p", "i", "*", "a", "b").contains("ERR"));
  }

  @Test
  void aUserThatMayUseNothingGetsTheLeast() throws Exception {
    ServerFeatures features = await(ServerFeatures.ask(connect(server.url(NOBODY))));

    assertThat(features.version()).isNotEmpty();
    assertThat(features.commands()).isEmpty();
  }

  @Test
  void aServerThatIsTooOldIsRefused() throws Exception {
    NetServer old =
        await(
            vertx
                .createNetServer()
                .connectHandler(client -> client.handler(sent -> client.write(answers(sent))))
                .listen(0, "127.0.0.1"));
    RedisConnection connection = connect("redis://127.0.0.1:" + old.actualPort());

    assertThatThrownBy(() -> await(ServerFeatures.ask(connection)))
        .hasMessageContaining("redis 6.0.16 is too old")
        .hasMessageContaining("6.2");
  }

  @Test
  void versionsAreReadAsTheyAreWritten() {
    assertThat(ServerFeatures.release("6.2.6")).isEqualTo(602);
    assertThat(ServerFeatures.release("8.10.0-rc1")).isEqualTo(810);
    assertThat(ServerFeatures.release("255.255.255")).isGreaterThan(810);
    assertThat(ServerFeatures.release("unstable")).isEqualTo(602);
  }

  /** As Redis 6.0 would answer: commands may come several at once. */
  private static String answers(Buffer sent) {
    String commands = sent.toString().toUpperCase(Locale.ROOT);
    StringBuilder answers = new StringBuilder();
    if (commands.contains("HELLO")) {
      answers.append("*4\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n6.0.16\r\n");
    }
    if (commands.contains("COMMAND")) {
      answers.append("*0\r\n");
    }
    return answers.toString();
  }

  private static RedisConnection connect(String url) throws Exception {
    return await(Redis.createClient(vertx, new RedisOptions().setConnectionString(url)).connect());
  }

  private static String answer(RedisConnection connection, String command, String... arguments)
      throws Exception {
    Request request = Request.cmd(Command.create(command));
    for (String argument : arguments) {
      request.arg(argument);
    }
    return await(connection.send(request).map(String::valueOf).otherwise(Throwable::getMessage));
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
