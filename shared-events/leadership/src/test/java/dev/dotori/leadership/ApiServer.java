package dev.dotori.leadership;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** The mock of the API server, that keeps Leases, notes what it was asked, and can be away. */
final class ApiServer implements AutoCloseable {

  private static final String NAMESPACE = "tests";

  private final Set<String> calls = new ConcurrentSkipListSet<>();
  private final KubernetesMockServer server;
  private volatile boolean away;

  ApiServer() {
    KubernetesCrudDispatcher leases = new KubernetesCrudDispatcher();
    Dispatcher dispatcher =
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            calls.add(request.getMethod() + " " + request.getPath());
            return away ? new MockResponse().setResponseCode(503) : leases.dispatch(request);
          }
        };
    server =
        new KubernetesMockServer(
            new Context(), new MockWebServer(), new HashMap<>(), dispatcher, false);
    server.init(InetAddress.getLoopbackAddress(), 0);
  }

  /** A client of its own, for the namespace of the tests. */
  static KubernetesClient client(String url) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder()
                .withAutoConfigure(false)
                .withMasterUrl(url)
                .withNamespace(NAMESPACE)
                .build())
        .build();
  }

  String url() {
    return url(port());
  }

  static String url(int port) {
    return "http://127.0.0.1:" + port + "/";
  }

  int port() {
    return server.getPort();
  }

  /** What it was asked: method and path. */
  Set<String> calls() {
    return calls;
  }

  /** Answers nothing but 503. */
  void goAway() {
    away = true;
  }

  void comeBack() {
    away = false;
  }

  @Override
  public void close() {
    server.destroy();
  }
}
