package dev.dotori.api.request;

import dev.dotori.api.Ids;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;

/**
 * Gives every request an id: the client's own {@code X-Request-Id} where it sent a sane one, else a
 * new one. It is answered, and stands in each line that the request logs.
 */
@ApplicationScoped
public class RequestIds {

  /** The header that carries the id both ways. */
  public static final String HEADER = "X-Request-Id";

  /** Where logging finds the id of the current request. */
  public static final String MDC_REQUEST_ID = "requestId";

  /** Where the outbox finds the {@code Idempotency-Key} that caused an event. */
  public static final String MDC_IDEMPOTENCY_KEY = "idempotencyKey";

  // What may go into a log line: nothing that could break out of it.
  private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

  private static final int BEFORE_ALL_ELSE = 10_000;

  void register(@Observes Filters filters) {
    filters.register(this::identify, BEFORE_ALL_ELSE);
  }

  private void identify(RoutingContext request) {
    String given = request.request().getHeader(HEADER);
    String id = given != null && SANE.matcher(given).matches() ? given : Ids.next().toString();
    request.response().putHeader(HEADER, id);
    MDC.put(MDC_REQUEST_ID, id);
    String idempotencyKey = request.request().getHeader("Idempotency-Key");
    if (idempotencyKey != null && idempotencyKey.length() <= 255) {
      MDC.put(MDC_IDEMPOTENCY_KEY, idempotencyKey);
    }
    request.next();
  }
}
