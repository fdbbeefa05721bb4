package dev.dotori.socialshare.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.dotori.socialshare.network.NetworkException.Kind;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.core.Response;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A network's answer: status, headers, and the body as JSON (missing when it is something else).
 */
record NetworkAnswer(int status, Response headers, JsonNode body) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Makes a call and reads its answer; what keeps the answer from coming is told apart. */
  static NetworkAnswer to(Supplier<Response> call) {
    try (Response response = call.get()) {
      return new NetworkAnswer(
          response.getStatus(), response, json(response.readEntity(String.class)));
    } catch (ProcessingException e) {
      throw new NetworkException(
          neverSent(e) ? Kind.UNREACHABLE : Kind.UNANSWERED,
          "No answer: " + rootOf(e).getClass().getSimpleName());
    }
  }

  private static JsonNode json(String text) {
    try {
      return text == null || text.isEmpty() ? MissingNode.getInstance() : JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /** JSON that a header holds, if it is well-formed. */
  static Optional<JsonNode> parse(String text) {
    return Optional.of(json(text)).filter(node -> !node.isMissingNode());
  }

  private static boolean neverSent(ProcessingException e) {
    Throwable root = rootOf(e);
    return root instanceof ConnectException
        || root instanceof UnknownHostException
        || String.valueOf(root.getMessage()).contains("connection timed out");
  }

  private static Throwable rootOf(Throwable e) {
    return e.getCause() == null ? e : rootOf(e.getCause());
  }

  boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  boolean isServerError() {
    return status >= 500;
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.getHeaderString(name));
  }

  /** When {@code Retry-After} says, in seconds, that another try has a chance. */
  Optional<Instant> retryAfter() {
    return header("Retry-After")
        .filter(value -> value.matches("\\d{1,6}"))
        .map(seconds -> Instant.now().plusSeconds(Long.parseLong(seconds)));
  }

  /** A text in the body that must be there. */
  String required(String... path) {
    JsonNode node = body;
    for (String name : path) {
      node = node.path(name);
    }
    if (!node.isTextual() || node.textValue().isEmpty()) {
      throw new NetworkException(
          Kind.UNANSWERED,
          "The answer lacks " + String.join(".", path) + " (status " + status + ")");
    }
    return node.textValue();
  }
}
