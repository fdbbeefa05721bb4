package dev.dotori.local.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Servers of a JVM end with it, however it ends. */
class OrphanTest {
  @Test
  void serversOfAKilledJvmDieWithIt() throws Exception {
    assertServersEnd(Process::destroyForcibly);
  }

  @Test
  void serversOfAJvmThatEndsDieWithIt() throws Exception {
    assertServersEnd(Process::destroy);
  }

  private static void assertServersEnd(Consumer<Process> end) throws Exception {
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Starter.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = jvm.inputReader()) {
      List<ProcessHandle> servers =
          List.of(output.readLine(), output.readLine()).stream()
              .map(pid -> ProcessHandle.of(Long.parseLong(pid)).orElseThrow())
              .toList();
      assertThat(servers).allMatch(ProcessHandle::isAlive);

      end.accept(jvm);

      for (ProcessHandle server : servers) {
        server.onExit().get(10, TimeUnit.SECONDS);
      }
    } finally {
      jvm.destroyForcibly();
    }
  }

  /** Starts servers, from a thread that ends at once, and waits to be ended. */
  static final class Starter {
    private Starter() {}

    public static void main(String[] arguments) throws InterruptedException {
      Thread thread =
          new Thread(() -> {
            System.out.println(RedisServer.temporary().start().pid());
            System.out.println(MySqlServer.temporary().start().pid());
          });
      thread.start();
      thread.join();
      Thread.sleep(Long.MAX_VALUE);
    }
  }
}
