package dev.dotori.redisstreams.i18n;

import java.lang.invoke.MethodHandles;
import org.jboss.logging.BasicLogger;
import org.jboss.logging.Logger;
import org.jboss.logging.annotations.Cause;
import org.jboss.logging.annotations.LogMessage;
import org.jboss.logging.annotations.Message;
import org.jboss.logging.annotations.MessageLogger;

/** What the connector tells its operator, each message with a number that stays. */
@MessageLogger(projectCode = "RSTRM", length = 5)
public interface RedisStreamsLogging extends BasicLogger {

  RedisStreamsLogging log =
      Logger.getMessageLogger(
          MethodHandles.lookup(), RedisStreamsLogging.class, "dev.dotori.redisstreams");

  @LogMessage(level = Logger.Level.DEBUG)
  @Message(id = 1, value = "Channel `%s` is connected")
  void connected(String channel);

  @LogMessage(level = Logger.Level.WARN)
  @Message(id = 2, value = "Channel `%s` has lost Redis, or can't reach it: %s. Next try in %d ms")
  void disconnected(String channel, String reason, long delay);

  @LogMessage(level = Logger.Level.INFO)
  @Message(id = 3, value = "Channel `%s` is connected again")
  void reconnected(String channel);

  @LogMessage(level = Logger.Level.WARN)
  @Message(
      id = 4,
      value =
          "Group `%s` of stream `%s` was gone (Redis came back empty, or the stream was deleted);"
              + " made again at the stream's start")
  void groupMadeAgain(String group, String stream);

  @LogMessage(level = Logger.Level.INFO)
  @Message(id = 5, value = "Channel `%s` took over %d entries whose lease had ended")
  void tookOver(String channel, int entries);

  @LogMessage(level = Logger.Level.ERROR)
  @Message(
      id = 6,
      value = "Entry %s of stream `%s` (group `%s`) goes to the dead letters after %d attempts: %s")
  void deadLettered(String id, String stream, String group, int attempts, String reason);

  @LogMessage(level = Logger.Level.WARN)
  @Message(
      id = 7,
      value = "Entry %s of stream `%s` (group `%s`) failed at attempt %d, next in %d ms: %s")
  void retried(String id, String stream, String group, int attempt, long delay, String reason);

  @LogMessage(level = Logger.Level.WARN)
  @Message(id = 8, value = "Entry %s of stream `%s` (group `%s`) failed and is ignored")
  void ignored(String id, String stream, String group, @Cause Throwable reason);

  @LogMessage(level = Logger.Level.ERROR)
  @Message(
      id = 9,
      value =
          "Entry %s of stream `%s` (group `%s`) failed and stops channel `%s`; the entry stays"
              + " pending")
  void failed(String id, String stream, String group, String channel, @Cause Throwable reason);

  @LogMessage(level = Logger.Level.WARN)
  @Message(
      id = 10,
      value =
          "%d entries of stream `%s` were trimmed or deleted before group `%s` acknowledged them")
  void trimmedBeforeProcessed(int entries, String stream, String group);

  @LogMessage(level = Logger.Level.WARN)
  @Message(
      id = 11,
      value =
          "Channel `%s` was away for longer than its lease: entry %s now belongs to another"
              + " consumer")
  void leaseLost(String channel, String id);

  @LogMessage(level = Logger.Level.WARN)
  @Message(id = 12, value = "Channel `%s`: Redis refused %s: %s")
  void refused(String channel, String what, String reason);

  @LogMessage(level = Logger.Level.WARN)
  @Message(
      id = 13,
      value =
          "Channel `%s`: %d entries in work were not settled within the shutdown timeout; another"
              + " consumer gets them when their lease ends")
  void notDrained(String channel, int entries);

  @LogMessage(level = Logger.Level.ERROR)
  @Message(id = 14, value = "Channel `%s`: unexpected failure")
  void unexpected(String channel, @Cause Throwable failure);

  @LogMessage(level = Logger.Level.DEBUG)
  @Message(id = 15, value = "Removed consumer `%s`, gone for %d ms, from group `%s` of stream `%s`")
  void consumerRemoved(String consumer, long idle, String group, String stream);

  @LogMessage(level = Logger.Level.INFO)
  @Message(id = 40, value = "Channel `%s` now reads partitions %s")
  void partitionsTaken(String channel, String partitions);

  @LogMessage(level = Logger.Level.INFO)
  @Message(id = 41, value = "Channel `%s` leaves partitions %s to other consumers")
  void partitionsLeft(String channel, String partitions);

  @LogMessage(level = Logger.Level.WARN)
  @Message(
      id = 42,
      value =
          "Channel `%s` was away for longer than its lease, or Redis lost it: partition %d is no"
              + " longer its own")
  void partitionLost(String channel, int partition);
}
