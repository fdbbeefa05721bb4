package dev.dotori.gateway.ops.channel;

import dev.dotori.events.EventTypes;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an operator calls a channel: the service that consumes it and the channel's name there, as
 * in {@code points.purchase-recorded}. Metrics have the two as labels {@code group} and {@code
 * channel}.
 *
 * @param group the group of consumers, which is a service's name
 * @param event what flows there: an event's type without its version, {@code purchase.recorded}
 */
record ChannelName(String group, String event) {

  private static final String PREFIX = "dotori:{";
  private static final Pattern TEXT = Pattern.compile("([a-z][a-z0-9-]{0,62})\\.([a-z][a-z-]*)");

  /** Every event that flows on a stream. */
  static final List<String> EVENTS =
      EventTypes.all().stream()
          .map(EventTypes::nameOf)
          .map(EventTypes::streamOf)
          .distinct()
          .toList();

  /** Reads what {@link #toString} wrote; empty when no channel could be called so. */
  static Optional<ChannelName> parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    return EVENTS.stream()
        .filter(event -> channel(event).equals(parts.group(2)))
        .findFirst()
        .map(event -> new ChannelName(parts.group(1), event));
  }

  static ChannelName of(String group, String stream) {
    return new ChannelName(group, stream.substring(PREFIX.length(), stream.length() - 1));
  }

  /** The stream's key in Redis; its braces keep all that belongs to it in one slot of a cluster. */
  String stream() {
    return stream(event);
  }

  static String stream(String event) {
    return PREFIX + event + "}";
  }

  private static String channel(String event) {
    return event.replace('.', '-');
  }

  @Override
  public String toString() {
    return group + "." + channel(event);
  }
}
