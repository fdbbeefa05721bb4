package dev.dotori.api.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.dotori.api.json.JsonViolations;
import io.quarkus.hibernate.validator.runtime.jaxrs.ResteasyReactiveViolationException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Path;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Answers every exception as a problem (RFC 9457), once for all services. */
@ApplicationScoped
public class ProblemMappers {

  private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

  /** What a client is told of a failure: nothing of its cause, which stands in the log. */
  private static final String FAILED = "The request failed; the traceId finds it in the log.";

  private final CurrentVertxRequest request;

  @Inject
  ProblemMappers(CurrentVertxRequest request) {
    this.request = request;
  }

  @ServerExceptionMapper
  Response problem(ProblemException exception, UriInfo uri) {
    Response.ResponseBuilder answer = answer(exception.type(), exception.getMessage(), uri, null);
    exception
        .retryAfter()
        .map(Duration::toSeconds)
        .ifPresent(seconds -> answer.header(HttpHeaders.RETRY_AFTER, Math.max(1, seconds)));
    if (exception.type().status() == Response.Status.UNAUTHORIZED.getStatusCode()) {
      answer.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    return answer.build();
  }

  @ServerExceptionMapper
  Response violations(ViolationException exception, UriInfo uri) {
    return invalid(exception.violations(), uri);
  }

  @ServerExceptionMapper(priority = Priorities.USER - 1)
  Response constraints(ResteasyReactiveViolationException exception, UriInfo uri) {
    return invalid(
        exception.getConstraintViolations().stream()
            .map(violation -> new Violation(field(violation), violation.getMessage()))
            .sorted(java.util.Comparator.comparing(Violation::field))
            .toList(),
        uri);
  }

  @ServerExceptionMapper(priority = Priorities.USER - 1)
  Response json(MismatchedInputException exception, UriInfo uri) {
    return invalid(List.of(JsonViolations.of(exception)), uri);
  }

  @ServerExceptionMapper(priority = Priorities.USER - 1)
  Response json(JsonProcessingException exception, UriInfo uri) {
    return invalid(List.of(JsonViolations.of(exception)), uri);
  }

  @ServerExceptionMapper
  Response notUtf8(CharacterCodingException exception, UriInfo uri) {
    return invalid(List.of(new Violation("", "The body is not well-formed UTF-8")), uri);
  }

  @ServerExceptionMapper(priority = Priorities.USER - 1)
  Response unauthenticated(AuthenticationFailedException exception, UriInfo uri) {
    return unauthenticated(uri, "Bearer error=\"invalid_token\"");
  }

  @ServerExceptionMapper(priority = Priorities.USER - 1)
  Response unauthenticated(UnauthorizedException exception, UriInfo uri) {
    return unauthenticated(uri, "Bearer");
  }

  @ServerExceptionMapper(priority = Priorities.USER - 1)
  Response forbidden(ForbiddenException exception, UriInfo uri) {
    return answer(ProblemTypes.FORBIDDEN, "The token's role may not make this call.", uri, null)
        .build();
  }

  @ServerExceptionMapper
  Response refused(WebApplicationException exception, UriInfo uri) {
    if (exception.getCause() instanceof JsonProcessingException json) {
      return invalid(List.of(JsonViolations.of(json)), uri);
    }
    if (exception.getCause() instanceof IOException) {
      return invalid(List.of(new Violation("", "The body could not be read")), uri);
    }
    int status = exception.getResponse().getStatus();
    if (status < 400) {
      return exception.getResponse();
    }
    if (status >= 500) {
      return failed(exception, uri);
    }
    ProblemType type = ProblemTypes.forStatus(status);
    return answer(type, detail(type), uri, null).build();
  }

  @ServerExceptionMapper
  Response failed(Throwable exception, UriInfo uri) {
    if (isPassing(exception)) {
      LOG.warnf(exception, "%s: the database was busy", uri.getPath());
      return problem(
          new ProblemException(
              ProblemTypes.UNAVAILABLE,
              "The request met another and was undone; send it again.",
              Duration.ofSeconds(1)),
          uri);
    }
    LOG.errorf(exception, "%s failed", uri.getPath());
    return answer(ProblemTypes.INTERNAL, FAILED, uri, null).build();
  }

  /** A deadlock, a lock that took too long, or no connection to be had for the moment. */
  private static boolean isPassing(Throwable exception) {
    for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLTransientException
          || cause instanceof SQLRecoverableException
          || cause instanceof SQLException sql && (isConflict(sql) || isPoolExhausted(sql))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isConflict(SQLException sql) {
    return sql.getSQLState() != null
        && (sql.getSQLState().startsWith("40") || sql.getSQLState().startsWith("08"));
  }

  // The pool has no type and no state for it, just these words.
  private static boolean isPoolExhausted(SQLException sql) {
    return sql.getSQLState() == null
        && sql.getMessage() != null
        && sql.getMessage().toLowerCase(Locale.ROOT).contains("acquisition timeout");
  }

  private static String detail(ProblemType type) {
    return switch (type.status()) {
      case 404 -> "There is nothing at this address that the caller may see.";
      case 405 -> "This address exists, but not for this method.";
      case 406 -> "The answer is JSON; accept application/json.";
      case 415 -> "Send the body as application/json in UTF-8.";
      case 413 -> "The body is larger than this call takes.";
      default -> type.title() + ".";
    };
  }

  private Response unauthenticated(UriInfo uri, String challenge) {
    return answer(
            ProblemTypes.UNAUTHENTICATED,
            "Send a valid, unexpired token: Authorization: Bearer …",
            uri,
            null)
        .header(HttpHeaders.WWW_AUTHENTICATE, challenge)
        .build();
  }

  private Response invalid(List<Violation> violations, UriInfo uri) {
    String detail =
        violations.size() == 1 && violations.getFirst().field().isEmpty()
            ? violations.getFirst().message()
            : "See violations: each names a field and what would be right.";
    return answer(ProblemTypes.INVALID_REQUEST, detail, uri, violations).build();
  }

  private Response.ResponseBuilder answer(
      ProblemType type, String detail, UriInfo uri, List<Violation> violations) {
    String path =
        request.getCurrent() == null ? uri.getPath() : request.getCurrent().request().path();
    return Response.status(type.status())
        .type(Problem.MEDIA_TYPE)
        .entity(Problem.of(type, detail, path, violations));
  }

  // The validator's path begins with the resource's method and parameter, which are not the
  // client's.
  private static String field(ConstraintViolation<?> violation) {
    List<Path.Node> nodes = new ArrayList<>();
    Iterator<Path.Node> path = violation.getPropertyPath().iterator();
    path.forEachRemaining(nodes::add);
    StringBuilder field = new StringBuilder();
    for (Path.Node node : nodes.subList(Math.min(2, nodes.size()), nodes.size())) {
      if (node.getIndex() != null) {
        field.append('[').append(node.getIndex()).append(']');
      }
      if (node.getName() != null && !node.getName().startsWith("<")) {
        field.append(field.isEmpty() ? "" : ".").append(node.getName());
      }
    }
    return field.isEmpty() && nodes.size() > 1 ? nodes.get(1).getName() : field.toString();
  }
}
