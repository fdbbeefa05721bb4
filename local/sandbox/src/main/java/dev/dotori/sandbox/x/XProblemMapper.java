package dev.dotori.sandbox.x;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Answers an {@link XProblem}. */
class XProblemMapper {

  @ServerExceptionMapper
  Response answer(XProblem problem) {
    Response.ResponseBuilder answer =
        Response.status(problem.status()).type(MediaType.APPLICATION_JSON).entity(problem.body());
    problem.headers().forEach(answer::header);
    return answer.build();
  }
}
