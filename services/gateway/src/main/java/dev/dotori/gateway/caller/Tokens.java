package dev.dotori.gateway.caller;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.dotori.gateway.problem.Refusal;
import dev.dotori.gateway.routing.Access;
import io.smallrye.jwt.auth.principal.JWTParser;
import io.smallrye.jwt.auth.principal.ParseException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jboss.logging.Logger;
import org.jose4j.lang.UnresolvableKeyException;

/**
 * Tells who makes a call from its bearer token: an ES256 JWT of our issuer, for our audience, not
 * expired, signed by a key of the issuer's JWKS.
 */
@Singleton
public class Tokens {

  private static final Logger LOG = Logger.getLogger(Tokens.class);
  private static final String BEARER = "Bearer ";
  private static final int MAX_LENGTH = 4_096;

  /**
   * Verifying a signature costs more than all else that the gateway does for a call, and a caller
   * uses one token many times. Short, so that a key that was withdrawn is believed no longer than
   * this.
   */
  private final Cache<String, Caller> verified =
      Caffeine.newBuilder().maximumSize(20_000).expireAfterWrite(Duration.ofSeconds(30)).build();

  private final JWTParser parser;
  private final Vertx vertx;

  Tokens(JWTParser parser, Vertx vertx) {
    this.parser = parser;
    this.vertx = vertx;
  }

  /**
   * Who makes this call; fails with a {@link Refusal}: 401 when a token is missing or bad, 503 when
   * the keys that verify it can't be had.
   */
  public Future<Caller> caller(HttpServerRequest request, Access access, String address) {
    List<String> credentials = request.headers().getAll(HttpHeaders.AUTHORIZATION);
    if (credentials.size() > 1) {
      return Future.failedFuture(
          Refusal.tokenInvalid("There is more than one Authorization header."));
    }
    boolean hasToken =
        !credentials.isEmpty()
            && credentials.getFirst().regionMatches(true, 0, BEARER, 0, BEARER.length());
    if (!hasToken) {
      // Other schemes are the service's to judge: HTTP Basic of a store that asks for a token.
      return access == Access.ANYONE
          ? Future.succeededFuture(Caller.at(address))
          : Future.failedFuture(Refusal.tokenMissing());
    }
    String token = credentials.getFirst().substring(BEARER.length()).strip();
    if (token.length() > MAX_LENGTH) {
      return Future.failedFuture(Refusal.tokenInvalid("The token is too long."));
    }
    Caller known = verified.getIfPresent(token);
    if (known != null && known.expiresAt().isAfter(Instant.now())) {
      return Future.succeededFuture(known);
    }
    // Not on the event loop: verifying is work, and the keys may have to be fetched.
    return vertx.executeBlocking(() -> verify(token), false);
  }

  private Caller verify(String token) {
    JsonWebToken jwt;
    try {
      jwt = parser.parse(token);
    } catch (ParseException e) {
      if (keysAreMissing(e)) {
        LOG.warnf("The keys that verify tokens can't be had: %s", e.getCause());
        throw Refusal.upstreamUnavailable();
      }
      LOG.debugf(e, "A token was refused");
      throw Refusal.tokenInvalid("The token is not valid, or no longer.");
    }
    Caller caller =
        new Caller(
            kind(jwt.getGroups()),
            jwt.getSubject(),
            Instant.ofEpochSecond(jwt.getExpirationTime()));
    if (caller.id() == null) {
      throw Refusal.tokenInvalid("The token has no subject.");
    }
    verified.put(token, caller);
    return caller;
  }

  private static Caller.Kind kind(Set<String> roles) {
    String role = roles.size() == 1 ? roles.iterator().next() : "";
    return switch (role) {
      case "member" -> Caller.Kind.MEMBER;
      case "store" -> Caller.Kind.STORE;
      case "operator" -> Caller.Kind.OPERATOR;
      // Services call each other directly; a service's token has no business here.
      default -> throw Refusal.tokenInvalid("The token has no role that is known here.");
    };
  }

  /**
   * The parser says "key not resolved" both of an unknown key and of keys it could not read; only
   * the latter has a cause.
   */
  private static boolean keysAreMissing(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof UnresolvableKeyException && t.getCause() != null) {
        return true;
      }
    }
    return false;
  }
}
