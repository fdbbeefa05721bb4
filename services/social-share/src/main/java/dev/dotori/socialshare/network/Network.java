package dev.dotori.socialshare.network;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A social network that posts can be shared to. */
public enum Network {
  FACEBOOK,
  X;

  /** Its name in paths, events and tables: {@code facebook}, {@code x}. */
  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The network of that name, if there is one. */
  public static Optional<Network> of(String key) {
    return Stream.of(values()).filter(network -> network.key().equals(key)).findFirst();
  }
}
