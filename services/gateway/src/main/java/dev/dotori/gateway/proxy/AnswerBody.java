package dev.dotori.gateway.proxy;

import dev.dotori.gateway.routing.Service;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.streams.ReadStream;
import org.jboss.logging.Logger;

/**
 * An answer's body on its way to the client. When the service breaks off, the client's connection
 * is closed, so that no half of an answer is taken for the whole.
 *
 * <p>The proxy library would reset the response instead, which closes the connection without
 * telling those who count requests under way: the graceful shutdown would wait for that request in
 * vain.
 */
final class AnswerBody implements ReadStream<Buffer> {

  private static final Logger LOG = Logger.getLogger(AnswerBody.class);

  private final ReadStream<Buffer> source;
  private final HttpServerRequest client;
  private final Service service;

  AnswerBody(ReadStream<Buffer> source, HttpServerRequest client, Service service) {
    this.source = source;
    this.client = client;
    this.service = service;
  }

  @Override
  public ReadStream<Buffer> exceptionHandler(Handler<Throwable> handler) {
    source.exceptionHandler(handler == null ? null : this::breakOff);
    return this;
  }

  private void breakOff(Throwable failure) {
    LOG.warnf("%s broke off within its answer: %s", service, failure);
    client.connection().close();
  }

  @Override
  public ReadStream<Buffer> handler(Handler<Buffer> handler) {
    source.handler(handler);
    return this;
  }

  @Override
  public ReadStream<Buffer> endHandler(Handler<Void> handler) {
    source.endHandler(handler);
    return this;
  }

  @Override
  public ReadStream<Buffer> pause() {
    source.pause();
    return this;
  }

  @Override
  public ReadStream<Buffer> resume() {
    source.resume();
    return this;
  }

  @Override
  public ReadStream<Buffer> fetch(long amount) {
    source.fetch(amount);
    return this;
  }
}
