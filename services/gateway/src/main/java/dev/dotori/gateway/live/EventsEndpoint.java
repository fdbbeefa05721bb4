package dev.dotori.gateway.live;

import dev.dotori.gateway.GatewayConfig;
import dev.dotori.gateway.caller.Caller;
import dev.dotori.gateway.problem.Refusal;
import dev.dotori.gateway.proxy.Admission;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * {@code GET /v1/events}: what of the caller's changes, as it changes, in the stream format of
 * HTML's server-sent events. It ends when the caller's token does.
 */
@Singleton
class EventsEndpoint {

  private final LiveFeed feed;
  private final GatewayConfig.Events config;
  private final Vertx vertx;

  EventsEndpoint(LiveFeed feed, GatewayConfig config, Vertx vertx) {
    this.feed = feed;
    this.config = config.events();
    this.vertx = vertx;
  }

  void open(@Observes Router router) {
    router.get("/v1/events").handler(this::listen);
  }

  private void listen(RoutingContext call) {
    Admission admission = Admission.to(call);
    Caller caller = admission.caller();
    if (caller.kind() != Caller.Kind.MEMBER) {
      admission.refuse(Refusal.forbidden("Events are of members; the token is of none."));
      return;
    }
    Context context = Vertx.currentContext();
    call.request().resume();
    HttpServerResponse response = call.response();
    response
        .setChunked(true)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        // Of proxies that would hold it back until it is whole.
        .putHeader("X-Accel-Buffering", "no");

    EventStream stream =
        new EventStream(UUID.fromString(caller.id()), call.request(), config.maxWaiting());
    Duration left = Duration.between(Instant.now(), caller.expiresAt());
    long expiry =
        vertx.setTimer(
            Math.max(1, left.toMillis()),
            _ -> {
              feed.remove(stream);
              stream.end("token-expired");
            });
    call.addEndHandler(_ -> {
      vertx.cancelTimer(expiry);
      feed.remove(stream);
    });
    feed.add(
        stream,
        Optional.ofNullable(call.request().getHeader("Last-Event-ID")),
        refusal -> context.runOnContext(_ -> refuse(call, admission, refusal)));
  }

  private static void refuse(RoutingContext call, Admission admission, Refusal refusal) {
    call.response().setChunked(false);
    call.response().headers().remove("X-Accel-Buffering");
    admission.refuse(refusal);
  }
}
