package dev.dotori.members.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SandboxMailsTest {

  private final List<String> received = new CopyOnWriteArrayList<>();
  private HttpServer sandbox;
  private int answer = 202;

  @BeforeEach
  void start() throws IOException {
    sandbox = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    sandbox.createContext(
        "/mail",
        exchange -> {
          received.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Content-Type")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(answer, -1);
          exchange.close();
        });
    sandbox.start();
  }

  @AfterEach
  void stop() {
    sandbox.stop(0);
  }

  @Test
  void aMailIsGivenToTheSandbox() throws IOException {
    mails().send("ann@example.org", "Subject", "Two\nlines");

    assertThat(received)
        .singleElement()
        .satisfies(request -> {
          assertThat(request).startsWith("POST application/json ");
          assertThat(new ObjectMapper().readTree(request.substring(request.indexOf('{'))))
              .isEqualTo(
                  new ObjectMapper()
                      .readTree(
                          """
                          {"to": "ann@example.org", "subject": "Subject", "text": "Two\\nlines"}
                          """));
        });
  }

  @Test
  void aRefusalIsAFailure() {
    answer = 500;

    assertThatThrownBy(() -> mails().send("ann@example.org", "Subject", "text"))
        .isInstanceOf(MailException.class);
  }

  @Test
  void aSandboxThatIsAwayIsAFailure() {
    Mails mails = mails();
    sandbox.stop(0);

    assertThatThrownBy(() -> mails.send("ann@example.org", "Subject", "text"))
        .isInstanceOf(MailException.class);
  }

  private Mails mails() {
    return new SandboxMails(
        URI.create("http://127.0.0.1:" + sandbox.getAddress().getPort()), new ObjectMapper());
  }
}
