package dev.dotori.sandbox.facebook;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Answers a {@link GraphError}. */
class GraphErrorMapper {

  @ServerExceptionMapper
  Response answer(GraphError error) {
    Response.ResponseBuilder answer =
        Response.status(error.status()).type(MediaType.APPLICATION_JSON).entity(error.body());
    error.headers().forEach(answer::header);
    return answer.build();
  }
}
