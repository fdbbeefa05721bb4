package dev.dotori.redisstreams;

import java.util.List;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * The entries of a batch ({@code batch=true}), each with its own metadata, {@code ack()} and {@code
 * nack()}.
 *
 * <p>Settling the batch's own message settles every entry that was not settled alone before.
 *
 * @param entries in the stream's order; the payload list has the same entries in the same order
 */
public record IncomingRedisStreamBatchMetadata(List<? extends Message<byte[]>> entries) {}
