package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import io.quarkus.test.QuarkusUnitTest;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Methods that take one channel's entries as different lists are refused when the build sees it.
 */
class ContradictingHandlersTest {

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.broadcast", "true")
          .overrideConfigKey("mp.messaging.incoming.in.batch", "true")
          .assertException(failure ->
              assertThat(failure)
                  .hasStackTraceContaining("channel in is taken as java.util.List<java.lang.")
                  .hasStackTraceContaining("take the same type"));

  @Test
  void theBuildFails() {
    fail("the application was built");
  }

  @Singleton
  static class Handler {
    @Incoming("in")
    void texts(List<String> batch) {}

    @Incoming("in")
    void numbers(List<Integer> batch) {}
  }
}
