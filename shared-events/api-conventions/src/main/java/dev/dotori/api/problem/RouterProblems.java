package dev.dotori.api.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Answers as problems what is refused before a resource is reached: unknown paths, huge bodies. */
@ApplicationScoped
public class RouterProblems {

  // Behind the request's id, which a refusal answers too, and before Quarkus's own check of the
  // body's size, which answers without a body.
  private static final int AFTER_REQUEST_ID = 9_000;

  private final ObjectMapper mapper;
  private final long maxBodyBytes;

  @Inject
  RouterProblems(
      ObjectMapper mapper,
      @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize maxBody) {
    this.mapper = mapper;
    this.maxBodyBytes = maxBody.asLongValue();
  }

  void register(@Observes Filters filters) {
    filters.register(this::refuseHugeBody, AFTER_REQUEST_ID);
  }

  void register(@Observes Router router) {
    for (ProblemType type :
        new ProblemType[] {
          ProblemTypes.INVALID_REQUEST,
          ProblemTypes.NOT_FOUND,
          ProblemTypes.METHOD_NOT_ALLOWED,
          ProblemTypes.TOO_LARGE,
          ProblemTypes.UNSUPPORTED_MEDIA_TYPE
        }) {
      router.errorHandler(type.status(), request -> answer(request, type));
    }
  }

  // By what the client declares, before it sends; a body without a length is counted by Quarkus.
  private void refuseHugeBody(RoutingContext request) {
    if (declaredLength(request) <= maxBodyBytes) {
      request.next();
      return;
    }
    request.response().putHeader("Connection", "close");
    request.addEndHandler(answered -> request.request().connection().close());
    answer(request, ProblemTypes.TOO_LARGE);
  }

  private static long declaredLength(RoutingContext request) {
    String length = request.request().getHeader("Content-Length");
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException notANumber) {
      return Long.MAX_VALUE;
    }
  }

  private void answer(RoutingContext request, ProblemType type) {
    if (request.response().ended() || request.response().headWritten()) {
      return;
    }
    request
        .response()
        .setStatusCode(type.status())
        .putHeader("Content-Type", Problem.MEDIA_TYPE)
        .end(json(Problem.of(type, type.title() + ".", request.request().path(), null)));
  }

  private String json(Problem problem) {
    try {
      return mapper.writeValueAsString(problem);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
