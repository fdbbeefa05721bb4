package dev.dotori.redisstreams.converter;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The generic types that handlers take, by channel. At run time converters for a handler of {@code
 * List<Order>} are told no more than {@code List}, so they are found at build time.
 */
public final class PayloadTypes {

  // Of a channel with several consumers each has a name with a number.
  private static final Pattern COPY = Pattern.compile("\\$\\d+$");

  private final Map<String, String> byChannel;
  private final Map<String, JavaType> found = new ConcurrentHashMap<>();

  /** Types in the form of {@link JavaType#toCanonical()}. */
  public PayloadTypes(Map<String, String> byChannel) {
    this.byChannel = byChannel;
  }

  Optional<JavaType> of(String channel) {
    String type = byChannel.get(COPY.matcher(channel).replaceFirst(""));
    return Optional.ofNullable(type)
        .map(name ->
            found.computeIfAbsent(name, TypeFactory.defaultInstance()::constructFromCanonical));
  }

  /** What a channel's handler takes, when the handler is known to take this. */
  Type of(String channel, Type known) {
    return of(channel).<Type>map(type -> type.getRawClass() == known ? type : known).orElse(known);
  }
}
