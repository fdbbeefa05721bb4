package dev.dotori.gateway.proxy;

import dev.dotori.gateway.GatewayConfig;
import dev.dotori.gateway.caller.Caller;
import dev.dotori.gateway.caller.Tokens;
import dev.dotori.gateway.limit.Decision;
import dev.dotori.gateway.limit.RateLimiter;
import dev.dotori.gateway.problem.Refusal;
import dev.dotori.gateway.routing.CallClass;
import dev.dotori.gateway.routing.RequestPath;
import dev.dotori.gateway.routing.Route;
import dev.dotori.gateway.routing.RoutingTable;
import dev.dotori.gateway.routing.Service;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The way of every request: path, route, caller, rate limit, body limit, service. The first that
 * objects answers with a problem, and nothing after it is done.
 */
@Singleton
public class Entrance {

  private static final Logger LOG = Logger.getLogger(Entrance.class);

  /**
   * Before Quarkus's own handlers and the filters of resources: those are for the calls that the
   * gateway answers itself.
   */
  private static final int BEFORE_ALL_ELSE = -20_000;

  private static final Set<HttpMethod> METHODS =
      Set.of(
          HttpMethod.GET,
          HttpMethod.HEAD,
          HttpMethod.POST,
          HttpMethod.PUT,
          HttpMethod.PATCH,
          HttpMethod.DELETE,
          HttpMethod.OPTIONS);

  private final RoutingTable routes;
  private final Tokens tokens;
  private final RateLimiter limiter;
  private final Forwarder forwarder;
  private final GatewayConfig.Bodies bodies;
  private final MeterRegistry metrics;

  Entrance(
      RoutingTable routes,
      Tokens tokens,
      RateLimiter limiter,
      Forwarder forwarder,
      GatewayConfig config,
      MeterRegistry metrics) {
    this.routes = routes;
    this.tokens = tokens;
    this.limiter = limiter;
    this.forwarder = forwarder;
    this.bodies = config.bodies();
    this.metrics = metrics;
  }

  void open(@Observes Router router) {
    router.route().order(BEFORE_ALL_ELSE).handler(this::enter);
  }

  private void enter(RoutingContext routing) {
    long began = System.nanoTime();
    Exchange exchange = new Exchange(routing.request());
    Future<Void> answered;
    try {
      answered = admit(routing, exchange, began);
    } catch (Refusal refusal) {
      measure(exchange, began, "none");
      answered = Future.failedFuture(refusal);
    }
    answered.onFailure(failure -> refuse(exchange, failure));
  }

  private Future<Void> admit(RoutingContext routing, Exchange exchange, long began) {
    HttpMethod method = exchange.request().method();
    if (!METHODS.contains(method)) {
      throw Refusal.methodNotAllowed();
    }
    RequestPath path = RequestPath.parse(exchange.request().path());
    Route route = routes.find(method, path).orElseThrow(Refusal::notFound);
    measure(exchange, began, route.service().toString());

    String query = exchange.request().query();
    String uri = query == null ? path.encoded() : path.encoded() + "?" + query;
    long bodyLimit = bodyLimit(route.callClass());
    return here(tokens.caller(exchange.request(), route.access(), exchange.address()))
        .compose(caller -> here(limit(exchange, caller, route.callClass())).map(caller))
        .compose(caller -> {
          checkLength(exchange, bodyLimit);
          return route.service() == Service.GATEWAY
              ? answerHere(routing, exchange, caller)
              : forwarder.forward(exchange, route.service(), uri, bodyLimit);
        });
  }

  private Future<Void> limit(Exchange exchange, Caller caller, CallClass callClass) {
    return limiter
        .decide(caller, callClass, exchange.address())
        .map((Decision decision) -> {
          exchange.response().putHeader("RateLimit-Policy", decision.policyHeader());
          exchange.response().putHeader("RateLimit", decision.limitHeader());
          if (!decision.admitted()) {
            throw Refusal.rateLimited(decision.policy(), decision.retryAfterSeconds());
          }
          return null;
        });
  }

  /** Passes the call on to the gateway's own resources. */
  private Future<Void> answerHere(RoutingContext routing, Exchange exchange, Caller caller) {
    Admission.of(caller, refusal -> refuse(exchange, refusal)).leadInto(routing);
    // The one that was answered already, for what the resource logs.
    exchange.request().headers().set("X-Request-Id", exchange.requestId());
    routing.next();
    return Future.succeededFuture();
  }

  private static void checkLength(Exchange exchange, long limit) {
    String declared = exchange.request().getHeader(HttpHeaders.CONTENT_LENGTH);
    if (declared == null) {
      return;
    }
    try {
      if (Long.parseLong(declared) > limit) {
        throw Refusal.bodyTooLarge(limit);
      }
    } catch (NumberFormatException e) {
      throw Refusal.bodyTooLarge(limit);
    }
  }

  private long bodyLimit(CallClass callClass) {
    return callClass == CallClass.UPLOAD
        ? bodies.uploadLimit().asLongValue()
        : bodies.limit().asLongValue();
  }

  private void refuse(Exchange exchange, Throwable failure) {
    if (failure instanceof Refusal refusal) {
      exchange.refuse(refusal, bodies);
      return;
    }
    if (exchange.response().headWritten()) {
      // The answer broke off, or the client left; the connection is closed already.
      LOG.debugf("An answer broke off: %s", failure);
      return;
    }
    LOG.errorf(failure, "Request %s failed", exchange.requestId());
    exchange.refuse(Refusal.internalError(), bodies);
  }

  private void measure(Exchange exchange, long began, String service) {
    HttpServerResponse response = exchange.response();
    String method =
        METHODS.contains(exchange.request().method())
            ? exchange.request().method().name()
            : "other";
    response.endHandler(_ ->
        Timer.builder("dotori.gateway.requests")
            .description("Time from a request's arrival to the end of its answer")
            .tag("service", service)
            .tag("method", method)
            .tag("status", Integer.toString(response.getStatusCode()))
            .register(metrics)
            .record(System.nanoTime() - began, TimeUnit.NANOSECONDS));
  }

  /** Goes on where the request lives: Redis answers on an event loop of its own. */
  private static <T> Future<T> here(Future<T> future) {
    Context context = Vertx.currentContext();
    Promise<T> promise = Promise.promise();
    future.onComplete(result -> {
      if (Vertx.currentContext() == context) {
        promise.handle(result);
      } else {
        context.runOnContext(_ -> promise.handle(result));
      }
    });
    return promise.future();
  }
}
