package dev.dotori.gateway.limit;

import dev.dotori.gateway.GatewayConfig;
import dev.dotori.gateway.caller.Caller;
import dev.dotori.gateway.routing.CallClass;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.redis.client.RedisAPI;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Limits calls per caller and class, with the count kept in Redis, so that all replicas share it.
 *
 * <p>A limiter must never be what stops the service: when Redis doesn't answer within {@code
 * redis-timeout}, this replica limits by its own count alone (each caller then gets up to the quota
 * from each replica), and asks Redis again after {@code redis-pause}. The log and the metric {@code
 * dotori.gateway.limit.local} say so.
 */
@Singleton
public class RateLimiter {

  private static final Logger LOG = Logger.getLogger(RateLimiter.class);
  private static final String SCRIPT = readScript();
  private static final String SCRIPT_SHA = sha1(SCRIPT);

  private final RedisAPI redis;
  private final GatewayConfig.Limits limits;
  private final LocalLimiter local = new LocalLimiter(() -> System.nanoTime() / 1_000);
  private final AtomicBoolean redisAnswers = new AtomicBoolean(true);
  private final Counter decidedLocally;
  private volatile long pausedUntilNanos = System.nanoTime();

  RateLimiter(RedisAPI redis, GatewayConfig config, MeterRegistry metrics) {
    this.redis = redis;
    this.limits = config.limits();
    this.decidedLocally =
        Counter.builder("dotori.gateway.limit.local")
            .description("Calls limited by this replica's own count, because Redis did not answer")
            .register(metrics);
  }

  /** Counts this call and says whether it may pass; never fails. */
  public Future<Decision> decide(Caller caller, CallClass callClass, String address) {
    // A credential is guessed from an address, whoever is signed in there.
    Caller counted = callClass == CallClass.SIGN_IN ? Caller.at(address) : caller;
    Quota quota = limits.quota().get(callClass).get(counted.kind());
    String policy = name(callClass);
    String key = limits.keyPrefix() + policy + ":" + name(counted.kind()) + ":" + counted.id();

    if (System.nanoTime() - pausedUntilNanos < 0) {
      return Future.succeededFuture(decideLocally(policy, key, quota));
    }
    return ask(key, quota)
        .timeout(limits.redisTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .map(answer -> read(policy, quota, answer))
        .otherwise(failure -> withoutRedis(policy, key, quota, failure));
  }

  private Future<Response> ask(String key, Quota quota) {
    String interval = Double.toString(quota.intervalMicros());
    String calls = Long.toString(quota.calls());
    return redis
        .evalsha(List.of(SCRIPT_SHA, "1", key, interval, calls))
        .recover(failure ->
            failure instanceof ErrorType error && error.is("NOSCRIPT")
                ? redis.eval(List.of(SCRIPT, "1", key, interval, calls))
                : Future.failedFuture(failure));
  }

  private Decision read(String policy, Quota quota, Response answer) {
    if (redisAnswers.compareAndSet(false, true)) {
      LOG.info("Redis answers again: rate limits are shared by all replicas");
    }
    return new Decision(
        policy,
        quota,
        answer.get(0).toLong() == 1,
        answer.get(1).toLong(),
        answer.get(2).toLong(),
        answer.get(3).toLong());
  }

  private Decision withoutRedis(String policy, String key, Quota quota, Throwable failure) {
    pausedUntilNanos = System.nanoTime() + limits.redisPause().toNanos();
    if (redisAnswers.compareAndSet(true, false)) {
      LOG.warnf(
          "Redis does not answer (%s): this replica limits by its own count until it does",
          failure.toString());
    }
    return decideLocally(policy, key, quota);
  }

  private Decision decideLocally(String policy, String key, Quota quota) {
    decidedLocally.increment();
    return local.decide(policy, key, quota);
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String readScript() {
    try (InputStream script = RateLimiter.class.getResourceAsStream("/rate-limit.lua")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Redis names a script by its SHA-1; nothing secret hangs on it. */
  private static String sha1(String script) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(script.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
