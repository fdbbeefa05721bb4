package dev.dotori.sandbox.x;

import dev.dotori.sandbox.Network;
import dev.dotori.sandbox.faults.FaultSwitch;
import dev.dotori.sandbox.faults.Faults;
import dev.dotori.sandbox.faults.Operation;
import dev.dotori.sandbox.state.SandboxState;
import dev.dotori.sandbox.state.Token;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/** What all calls of the API v2 have in common: tokens, rate limits, and the faults that are on. */
@ApplicationScoped
class XCalls {

  private final SandboxState state;
  private final Faults faults;
  private final RateLimits limits;

  XCalls(SandboxState state, Faults faults, RateLimits limits) {
    this.state = state;
    this.faults = faults;
    this.limits = limits;
  }

  /** An endpoint: its name, what faults take it for, and how often a user may call it. */
  record Endpoint(String name, Operation operation, String scope, int limit) {}

  /**
   * Does what a call asks for, on behalf of the token's person, or shows a fault.
   *
   * @return the answer with the rate limit's headers
   */
  Response as(Token token, Endpoint endpoint, int status, Supplier<Object> effect) {
    if (!token.scope().contains(endpoint.scope())) {
      throw XProblem.notPermitted("Your token lacks the scope " + endpoint.scope());
    }
    RateLimits.Window window = limits.count(token.accountId(), endpoint.name(), endpoint.limit());
    FaultSwitch on = faults.take(Network.X, endpoint.operation()).orElse(null);
    if (on != null && !on.fault().isAfterAcceptance()) {
      throw refusal(on, token);
    }
    Response.ResponseBuilder answer = Response.status(status).entity(effect.get());
    window.headers().forEach(answer::header);
    if (on == null) {
      return answer.build();
    }
    return switch (on.fault()) {
      case TIMEOUT_AFTER_ACCEPTANCE -> late(answer.build(), on);
      case SERVER_ERROR_AFTER_ACCEPTANCE -> throw XProblem.serviceUnavailable();
      case RATE_LIMITED, SERVER_ERROR, EXPIRED_TOKEN, REVOKED_TOKEN, DUPLICATE, FORBIDDEN ->
          throw new IllegalStateException(on.fault() + " comes before the effect");
    };
  }

  void tokenFaults() {
    faults
        .take(Network.X, Operation.TOKEN)
        .ifPresent(on -> {
          throw refusal(on, null);
        });
  }

  private XProblem refusal(FaultSwitch on, Token token) {
    return switch (on.fault()) {
      case RATE_LIMITED -> {
        Instant reset = Instant.now().plusSeconds(on.resetSeconds());
        yield XProblem.tooManyRequests(new RateLimits.Window(100, 0, reset).headers());
      }
      case DUPLICATE -> XProblem.duplicate();
      case FORBIDDEN -> XProblem.clientForbidden();
      case EXPIRED_TOKEN -> {
        if (token != null) {
          state.expire(token);
        }
        yield XProblem.unauthorized();
      }
      case REVOKED_TOKEN -> {
        if (token != null) {
          state.revokeAll(Network.X, token.accountId());
        }
        yield XProblem.unauthorized();
      }
      case SERVER_ERROR, SERVER_ERROR_AFTER_ACCEPTANCE, TIMEOUT_AFTER_ACCEPTANCE ->
          XProblem.serviceUnavailable();
    };
  }

  private static Response late(Response answer, FaultSwitch on) {
    try {
      Thread.sleep(Duration.ofSeconds(on.delaySeconds()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return answer;
  }

  /** The token from the {@code Authorization: Bearer} header. */
  Token token(String authorization) {
    if (authorization == null || !authorization.startsWith("Bearer ")) {
      throw XProblem.unauthorized();
    }
    return state
        .token(authorization.substring("Bearer ".length()), Network.X)
        .filter(token -> token.kind() == Token.Kind.ACCESS)
        .filter(token -> !token.revoked() && !token.isExpired(Instant.now()))
        .orElseThrow(XProblem::unauthorized);
  }
}
