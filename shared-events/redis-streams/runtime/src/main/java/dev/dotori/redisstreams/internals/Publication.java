package dev.dotori.redisstreams.internals;

import dev.dotori.redisstreams.tracing.PublishSpan;
import io.smallrye.reactive.messaging.OutgoingMessageMetadata;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.eclipse.microprofile.reactive.messaging.Message;

/** One message on its way to a stream. What changes is the channel's, on its event loop. */
final class Publication {

  private static final int SCRIPT = 0;

  /** In the arguments of {@link PublishScripts#ADD_ONCE}: script, 3, 3 keys, id, window, this. */
  private static final int PREDECESSOR = 7;

  private static final byte[] NONE = new byte[0];

  final Message<?> message;

  /** Where the sender wants the entry's id; null if nowhere. */
  final OutgoingMessageMetadata<Object> result;

  /** The stream by its name, of which {@link #stream} may be a partition. */
  final String base;

  final String stream;

  /** Null for a plain XADD. */
  final PublishScripts.Script script;

  /** When it is due, in ms from now, or less than 0 if it goes to the stream at once. */
  final long dueIn;

  /** The event's id; null without idempotence. */
  private final byte[] id;

  private final Object[] arguments;

  final PublishSpan span;

  final long since = System.nanoTime();

  /** Whether the server has it, or may have it, of this connection. */
  boolean sent;

  /** Whether the message is settled. */
  boolean settled;

  /** Whether the server has added it, and only the confirmation by others is awaited. */
  boolean added;

  /** Whether the server does not know the script by its digest. */
  boolean scriptUnknown;

  /** What the server answered when it took it. */
  Response answer;

  /** Why the server did not take it when it was sent last. */
  Throwable refusal;

  Publication(
      Message<?> message,
      OutgoingMessageMetadata<Object> result,
      String base,
      String stream,
      PublishScripts.Script script,
      long dueIn,
      byte[] id,
      PublishSpan span,
      Object[] arguments) {
    this.message = message;
    this.result = result;
    this.base = base;
    this.stream = stream;
    this.script = script;
    this.dueIn = dueIn;
    this.id = id;
    this.span = span;
    this.arguments = arguments;
  }

  boolean isScheduled() {
    return dueIn >= 0;
  }

  /** The id of its entry; null while it has none, as one that waits for its time. */
  String entryId() {
    String id = String.valueOf(answer);
    return answer == null || id.isEmpty() ? null : id;
  }

  /** Whether it may only be added behind another one that has not been answered. */
  boolean isChained() {
    return script == PublishScripts.ADD_ONCE;
  }

  Request plainRequest() {
    return Request.cmd(Command.XADD, arguments);
  }

  /**
   * @param whole whether to send the script itself
   * @param predecessor what must have been added before; null for nothing
   */
  Request scriptRequest(boolean whole, Publication predecessor) {
    // A request is encoded when it is sent, so its arguments can be used again.
    arguments[SCRIPT] = whole ? script.text() : script.digest();
    if (isChained()) {
      arguments[PREDECESSOR] = predecessor == null ? NONE : predecessor.id;
    }
    return Request.cmd(whole ? Command.EVAL : Command.EVALSHA, arguments);
  }
}
