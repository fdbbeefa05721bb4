/**
 * Spans of entries, by OpenTelemetry's API alone.
 *
 * <p>SmallRye's {@code TracingUtils} ends an incoming message's span before the message is worked
 * on. Here it lasts until the message is settled, so that it shows how long work took and how it
 * ended. What travels with messages is the same: {@link
 * io.smallrye.reactive.messaging.TracingMetadata}.
 */
package dev.dotori.redisstreams.tracing;
