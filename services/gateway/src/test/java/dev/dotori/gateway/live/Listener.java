package dev.dotori.gateway.live;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client of {@code GET /v1/events} that reads the stream format as browsers do. */
final class Listener implements AutoCloseable {

  /** One event; its id is the last that was said. */
  record Heard(String event, String id, JsonObject data) {

    String status() {
      return data.getString("status");
    }
  }

  private final HttpClient client = HttpClient.newHttpClient();
  private final HttpResponse<InputStream> answer;
  private final List<Heard> heard = new CopyOnWriteArrayList<>();
  private volatile String lastId = "";
  private volatile int heartbeats;
  private volatile boolean over;

  Listener(URI gateway, String token, String lastEventId) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.resolve("/v1/events"))
            .header("Authorization", "Bearer " + token);
    if (lastEventId != null) {
      request.header("Last-Event-ID", lastEventId);
    }
    answer = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    if (answer.statusCode() == 200) {
      Thread.ofVirtual().start(this::read);
    }
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      String event = "message";
      String data = null;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isEmpty()) {
          if (data != null) {
            heard.add(new Heard(event, lastId, new JsonObject(data)));
          }
          event = "message";
          data = null;
        } else if (line.startsWith(": alive")) {
          heartbeats++;
        } else if (line.startsWith("id: ")) {
          lastId = line.substring(4);
        } else if (line.startsWith("event: ")) {
          event = line.substring(7);
        } else if (line.startsWith("data: ")) {
          data = line.substring(6);
        }
      }
    } catch (IOException broken) {
      // it is over
    }
    over = true;
  }

  int status() {
    return answer.statusCode();
  }

  HttpResponse<InputStream> answer() {
    return answer;
  }

  List<Heard> heard() {
    return heard;
  }

  String lastId() {
    return lastId;
  }

  int heartbeats() {
    return heartbeats;
  }

  boolean isOver() {
    return over;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
