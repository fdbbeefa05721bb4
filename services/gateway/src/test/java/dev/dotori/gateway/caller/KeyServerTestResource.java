package dev.dotori.gateway.caller;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** Lets the gateway verify by the keys of a {@link KeyServer}. */
public class KeyServerTestResource implements QuarkusTestResourceLifecycleManager {

  private KeyServer keys;

  @Override
  public Map<String, String> start() {
    try {
      keys = new KeyServer();
      return Map.of(
          "mp.jwt.verify.publickey.location",
          keys.url(),
          // No pause between looks for an unknown key: the test can't wait a minute.
          "smallrye.jwt.jwks.forced-refresh-interval",
          "0");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(keys, new TestInjector.MatchesType(KeyServer.class));
  }

  @Override
  public void stop() {
    if (keys != null) {
      keys.close();
    }
  }
}
