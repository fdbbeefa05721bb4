package dev.dotori.gateway.proxy;

import dev.dotori.gateway.GatewayConfig;
import dev.dotori.gateway.problem.Refusal;
import dev.dotori.gateway.routing.Service;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.httpproxy.Body;
import io.vertx.httpproxy.ProxyRequest;
import io.vertx.httpproxy.ProxyResponse;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Carries a request to a service and its answer back, both as streams: neither body is ever held
 * whole. Each service has connections of its own, so that a slow one can't starve the others.
 */
@Singleton
public class Forwarder {

  private static final Logger LOG = Logger.getLogger(Forwarder.class);

  private final Map<Service, Upstream> upstreams = new EnumMap<>(Service.class);
  private final GatewayConfig.Upstream settings;

  Forwarder(Vertx vertx, GatewayConfig config) {
    this.settings = config.upstream();
    for (Service service : Service.BEHIND) {
      URI url = config.services().get(service);
      if (url == null || url.getHost() == null) {
        throw new IllegalStateException("dotori.gateway.services has no base URL for " + service);
      }
      upstreams.put(service, new Upstream(url, client(vertx)));
    }
  }

  private HttpClient client(Vertx vertx) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setConnectTimeout((int) settings.connectTimeout().toMillis())
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setIdleTimeout((int) settings.idleTimeout().toMillis())
            .setMaxHeaderSize(32 * 1024)
            .setMaxWaitQueueSize(settings.maxWaiting());
    return vertx.createHttpClient(
        options, new PoolOptions().setHttp1MaxSize(settings.maxConnections()));
  }

  /**
   * Sends the exchange's request to the service, and the service's answer to the client. Fails with
   * a {@link Refusal} when there was no answer to pass on; what breaks off after the answer has
   * begun closes the client's connection, so that no half of an answer is taken for the whole.
   */
  Future<Void> forward(Exchange exchange, Service service, String uri, long bodyLimit) {
    Upstream upstream = upstreams.get(service);
    ProxyRequest inbound = ProxyRequest.reverseProxy(exchange.request());
    Headers.prepareRequest(
        inbound.headers(), exchange.request(), exchange.address(), exchange.requestId());
    inbound.setURI(uri);
    LimitedBody body = new LimitedBody(inbound.getBody().stream(), bodyLimit);
    inbound.setBody(Body.body(body, inbound.getBody().length()));

    return upstream
        .client()
        .request(upstream.options())
        .recover(failure -> Future.failedFuture(unreachable(service, failure)))
        .compose(outbound -> {
          // Failures reach the futures too; without a handler they would be logged twice.
          outbound.exceptionHandler(_ -> {});
          long patience = settings.responseTimeout().toMillis();
          outbound.idleTimeout(patience);
          body.onProgress(() -> outbound.idleTimeout(patience));
          return exchange(exchange, service, inbound, outbound, body);
        });
  }

  private Future<Void> exchange(
      Exchange exchange,
      Service service,
      ProxyRequest inbound,
      HttpClientRequest outbound,
      LimitedBody body) {
    if (exchange.expectsContinue()) {
      exchange.response().writeContinue();
    }
    return inbound
        .send(outbound)
        .recover(failure -> Future.failedFuture(unanswered(service, failure, body)))
        .compose(answer -> {
          body.onProgress(() -> {});
          Headers.prepareResponse(answer.headers());
          answer.setBody(bodyOf(answer, exchange.request(), service));
          return answer.send();
        });
  }

  private static Body bodyOf(ProxyResponse answer, HttpServerRequest client, Service service) {
    Body body = answer.getBody();
    if (answer.getStatusCode() == 304 && body.length() < 0) {
      // It has no body by definition, and the library would announce a chunked one.
      body.stream().resume();
      return null;
    }
    return Body.body(new AnswerBody(body.stream(), client, service), body.length());
  }

  private static Refusal unreachable(Service service, Throwable failure) {
    LOG.warnf("%s can't be reached: %s", service, failure);
    return Refusal.upstreamUnavailable();
  }

  private static Refusal unanswered(Service service, Throwable failure, LimitedBody body) {
    if (body.exceeded()) {
      return Refusal.bodyTooLarge(body.limit());
    }
    if (failure instanceof TimeoutException) {
      if (body.isAwaited()) {
        return Refusal.bodyStalled();
      }
      LOG.warnf("%s did not answer in time: %s", service, failure.getMessage());
      return Refusal.upstreamTimeout();
    }
    LOG.warnf("%s broke off: %s", service, failure);
    return Refusal.upstreamFailed();
  }

  private record Upstream(URI url, HttpClient client) {

    RequestOptions options() {
      boolean encrypted = "https".equals(url.getScheme());
      int port = url.getPort() != -1 ? url.getPort() : encrypted ? 443 : 80;
      return new RequestOptions().setHost(url.getHost()).setPort(port).setSsl(encrypted);
    }
  }
}
