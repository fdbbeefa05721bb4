package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.QuarkusUnitTest;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A value that can't be used stops the start with a message that names its key. */
class ConfigurationTest {

  private static final String STREAM = "test:{configuration}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.lease", "soon")
          .assertException(failure ->
              assertThat(failure)
                  .hasStackTraceContaining("mp.messaging.incoming.in.lease is soon"));

  @Test
  void theApplicationDoesNotStart() {
    throw new AssertionError("it has started");
  }

  @Singleton
  static class Handler {
    @Incoming("in")
    void on(byte[] payload) {}
  }
}
