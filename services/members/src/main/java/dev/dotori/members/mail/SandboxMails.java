package dev.dotori.members.mail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/** Shows mails on the local sandbox's page instead of sending them. */
class SandboxMails implements Mails {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final URI mailbox;
  private final ObjectMapper json;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();

  SandboxMails(URI sandbox, ObjectMapper json) {
    this.mailbox = sandbox.resolve("/mail");
    this.json = json;
  }

  @Override
  public void send(String to, String subject, String text) {
    try {
      HttpResponse<Void> answer =
          client.send(
              HttpRequest.newBuilder(mailbox)
                  .timeout(TIMEOUT)
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body(to, subject, text)))
                  .build(),
              HttpResponse.BodyHandlers.discarding());
      if (answer.statusCode() / 100 != 2) {
        throw new MailException("the sandbox answered " + answer.statusCode(), null);
      }
    } catch (IOException away) {
      throw new MailException("the sandbox does not answer", away);
    } catch (InterruptedException shuttingDown) {
      Thread.currentThread().interrupt();
      throw new MailException("interrupted", shuttingDown);
    }
  }

  private String body(String to, String subject, String text) throws JsonProcessingException {
    return json.writeValueAsString(Map.of("to", to, "subject", subject, "text", text));
  }
}
