package dev.dotori.local.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Stands for one of our programs where a real one would be slow: answers 200 on its port. */
final class FakeProgram {
  private FakeProgram() {}

  public static void main(String[] arguments) throws IOException {
    if (System.getenv("FAKE_DIES") != null) {
      System.err.println("ERROR: " + System.getenv("FAKE_DIES"));
      System.exit(3);
    }
    int port = Integer.parseInt(System.getenv("FAKE_PORT"));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    System.out.println("listens on " + port);
  }
}
