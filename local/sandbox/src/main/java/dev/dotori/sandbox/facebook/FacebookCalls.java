package dev.dotori.sandbox.facebook;

import dev.dotori.sandbox.Network;
import dev.dotori.sandbox.faults.FaultSwitch;
import dev.dotori.sandbox.faults.Faults;
import dev.dotori.sandbox.faults.Operation;
import dev.dotori.sandbox.state.SandboxState;
import dev.dotori.sandbox.state.Token;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/** What all calls of the Graph API have in common: tokens, and the faults that are on. */
@ApplicationScoped
class FacebookCalls {

  private final SandboxState state;
  private final Faults faults;

  FacebookCalls(SandboxState state, Faults faults) {
    this.state = state;
    this.faults = faults;
  }

  /** Does what a call asks for, on behalf of the token's person or page, or shows a fault. */
  <T> T as(Token token, Operation operation, Supplier<T> effect) {
    FaultSwitch on = faults.take(Network.FACEBOOK, operation).orElse(null);
    if (on == null) {
      return effect.get();
    }
    if (!on.fault().isAfterAcceptance()) {
      throw refusal(on, token);
    }
    T answer = effect.get();
    return switch (on.fault()) {
      case TIMEOUT_AFTER_ACCEPTANCE -> late(answer, on);
      case SERVER_ERROR_AFTER_ACCEPTANCE -> throw GraphError.temporarilyUnavailable();
      case RATE_LIMITED, SERVER_ERROR, EXPIRED_TOKEN, REVOKED_TOKEN, DUPLICATE, FORBIDDEN ->
          throw new IllegalStateException(on.fault() + " comes before the effect");
    };
  }

  void tokenFaults() {
    faults
        .take(Network.FACEBOOK, Operation.TOKEN)
        .ifPresent(on -> {
          throw refusal(on, null);
        });
  }

  private GraphError refusal(FaultSwitch on, Token token) {
    return switch (on.fault()) {
      case RATE_LIMITED ->
          GraphError.tooManyCalls(token == null ? "0" : publisher(token), on.resetSeconds());
      case DUPLICATE -> GraphError.duplicate();
      case FORBIDDEN -> GraphError.permission("The permission for this call was not granted");
      case EXPIRED_TOKEN -> {
        if (token != null) {
          state.expire(token);
        }
        yield GraphError.expiredAccessToken();
      }
      case REVOKED_TOKEN -> {
        if (token != null) {
          state.revokeAll(Network.FACEBOOK, token.accountId());
        }
        yield GraphError.revokedAccessToken();
      }
      case SERVER_ERROR, SERVER_ERROR_AFTER_ACCEPTANCE, TIMEOUT_AFTER_ACCEPTANCE ->
          GraphError.temporarilyUnavailable();
    };
  }

  private String publisher(Token token) {
    return state.account(token.accountId()).orElseThrow().publisherId();
  }

  private static <T> T late(T answer, FaultSwitch on) {
    try {
      Thread.sleep(Duration.ofSeconds(on.delaySeconds()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return answer;
  }

  /**
   * The token from an {@code Authorization: Bearer} header or an {@code access_token} parameter.
   */
  Token token(String authorization, String parameter) {
    if (authorization != null && authorization.startsWith("Bearer ")) {
      return valid(authorization.substring("Bearer ".length()));
    }
    if (parameter == null) {
      throw GraphError.noAccessToken();
    }
    return valid(parameter);
  }

  Token valid(String value) {
    Token token =
        state
            .token(value == null ? "" : value, Network.FACEBOOK)
            .orElseThrow(GraphError::malformedAccessToken);
    if (token.revoked()) {
      throw GraphError.revokedAccessToken();
    }
    if (token.isExpired(Instant.now())) {
      throw GraphError.expiredAccessToken();
    }
    return token;
  }
}
