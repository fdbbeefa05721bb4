package dev.dotori.redisstreams.tracing;

import io.opentelemetry.api.common.AttributeKey;

/**
 * Names of OpenTelemetry's semantic conventions for messaging, as SmallRye's connectors use them.
 */
final class Messaging {

  static final String INSTRUMENTATION = "dev.dotori.redisstreams";

  static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
  static final String REDIS_STREAMS = "redis_streams";

  static final AttributeKey<String> OPERATION = AttributeKey.stringKey("messaging.operation");
  static final String PROCESS = "process";
  static final String PUBLISH = "publish";

  static final AttributeKey<String> DESTINATION =
      AttributeKey.stringKey("messaging.destination.name");
  static final AttributeKey<String> MESSAGE_ID = AttributeKey.stringKey("messaging.message.id");
  static final AttributeKey<Long> BATCH_SIZE =
      AttributeKey.longKey("messaging.batch.message_count");
  static final AttributeKey<String> GROUP = AttributeKey.stringKey("messaging.consumer.group.name");
  static final AttributeKey<String> CLIENT = AttributeKey.stringKey("messaging.client.id");

  /** Not of the conventions: which delivery of the entry this is, from 1. */
  static final AttributeKey<Long> DELIVERY =
      AttributeKey.longKey("messaging.redis_streams.delivery_count");

  private Messaging() {}
}
