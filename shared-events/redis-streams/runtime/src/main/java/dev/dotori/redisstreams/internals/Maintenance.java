package dev.dotori.redisstreams.internals;

import static dev.dotori.redisstreams.i18n.RedisStreamsLogging.log;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** Keeps a stream and its group from growing for ever. */
final class Maintenance {

  private final IncomingRedisStreamsChannel channel;

  Maintenance(IncomingRedisStreamsChannel channel) {
    this.channel = channel;
  }

  /** Trims what is too old or too many, and acknowledged by every group. */
  void trim(String stream) {
    Trimming trimming = channel.settings().trimming();
    if (trimming.isAsked()) {
      RedisCommands commands = channel.commands();
      trimming.trim(
          stream, commands::send, failure -> commands.refusedQuietly("trimming", failure));
    }
  }

  /** Removes consumers that have not been seen for ten leases and have nothing pending. */
  void removeGoneConsumers(String stream) {
    RedisCommands commands = channel.commands();
    commands
        .send(
            Request.cmd(Command.XINFO).arg("CONSUMERS").arg(stream).arg(channel.settings().group()))
        .onFailure(failure -> commands.refusedQuietly("listing consumers", failure))
        .onSuccess(consumers -> {
          for (Response consumer : consumers) {
            removeIfGone(stream, consumer);
          }
        });
  }

  private void removeIfGone(String stream, Response consumer) {
    IncomingSettings settings = channel.settings();
    String name = consumer.get("name").toString();
    long idle = consumer.get("idle").toLong();
    if (idle <= settings.lease().multipliedBy(10).toMillis()
        || consumer.get("pending").toInteger() > 0
        || name.equals(settings.consumer())) {
      return;
    }
    RedisCommands commands = channel.commands();
    commands
        .send(Scripts.removeConsumer(stream, settings.group(), name))
        .onFailure(failure -> commands.refusedQuietly("removing a consumer", failure))
        .onSuccess(done -> log.consumerRemoved(name, idle, settings.group(), stream));
  }
}
