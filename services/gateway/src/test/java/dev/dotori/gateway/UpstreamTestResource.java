package dev.dotori.gateway;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;

/** Puts one {@link Upstream} behind every route, except social-share's: nothing listens there. */
public class UpstreamTestResource implements QuarkusTestResourceLifecycleManager {

  private Upstream upstream;

  @Override
  public Map<String, String> start() {
    try {
      upstream = new Upstream().start();
      return Map.of(
          "dotori.gateway.services.members", upstream.url(),
          "dotori.gateway.services.points", upstream.url(),
          "dotori.gateway.services.posting", upstream.url(),
          "dotori.gateway.services.media", upstream.url(),
          "dotori.gateway.services.social-share", "http://127.0.0.1:" + closedPort(),
          "dotori.gateway.upstream.response-timeout", "2s",
          "dotori.gateway.bodies.drain-timeout", "2s");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(upstream, new TestInjector.MatchesType(Upstream.class));
  }

  @Override
  public void stop() {
    if (upstream != null) {
      upstream.close();
    }
  }
}
