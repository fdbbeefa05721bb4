package dev.dotori.redisstreams.companion;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the field of a test into which {@link RedisStreamsCompanionResource} puts a {@link
 * RedisStreamsCompanion}.
 */
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
public @interface InjectRedisStreamsCompanion {}
