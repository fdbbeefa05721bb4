package dev.dotori.outbox;

import jakarta.enterprise.context.ApplicationScoped;

/** The Redis keys of a stream. They share a hash tag, so that one script may use them together. */
@ApplicationScoped
class StreamKeys {

  private final String prefix;
  private final String suffix;

  StreamKeys(OutboxConfig config) {
    this.prefix = config.keyPrefix();
    this.suffix = config.keySuffix();
  }

  /** The stream itself. */
  String stream(String name) {
    return prefix + name + suffix;
  }

  /** How far the stream had come when the outbox last looked at it. */
  String watermark(String name) {
    return stream(name) + ":outbox";
  }
}
