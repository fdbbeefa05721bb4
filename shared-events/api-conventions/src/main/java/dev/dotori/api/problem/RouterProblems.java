package dev.dotori.api.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

/** Answers as problems what is refused before a resource is reached: unknown paths, huge bodies. */
@ApplicationScoped
public class RouterProblems {

  private final ObjectMapper mapper;

  @Inject
  RouterProblems(ObjectMapper mapper) {
    this.mapper = mapper;
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
