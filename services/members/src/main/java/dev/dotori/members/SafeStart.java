package dev.dotori.members;

import dev.dotori.members.token.KeyEncryption;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Refuses to start in production with a setting that is safe only on a developer's machine. */
@ApplicationScoped
public class SafeStart {

  /** Enough for a secret that is random; too long for one that somebody thought up in a hurry. */
  static final int MIN_SECRET_LENGTH = 24;

  private static final String DEVELOPMENT_SECRET = "not-a-secret-only-for-development";
  private static final String DEVELOPMENT_KEY = "bm90LWEtc2VjcmV0LW9ubHktZm9yLWRldmVsb3BtZW4=";

  private final MembersConfig config;

  SafeStart(MembersConfig config) {
    this.config = config;
  }

  // First of all, before the wait for a schema: no key is sealed and no request served under an
  // unsafe setting.
  void onStart(@Observes @Priority(Integer.MIN_VALUE) StartupEvent start) {
    if (LaunchMode.current() == LaunchMode.NORMAL) {
      refuseUnsafe(config);
    }
  }

  /**
   * Checks what must not be left to a default.
   *
   * @throws IllegalStateException naming every key that is missing or unsafe
   */
  static void refuseUnsafe(MembersConfig config) {
    List<String> refusals = new ArrayList<>();
    keyRefusal(config.keyEncryptionKey()).ifPresent(refusals::add);
    secretRefusal(
            "dotori.members.operator.client-secret", config.operator().clientSecret().orElse(""))
        .ifPresent(refusals::add);
    for (Map.Entry<String, String> service : config.serviceSecrets().byService().entrySet()) {
      secretRefusal("dotori.members.service-secrets." + service.getKey(), service.getValue())
          .ifPresent(refusals::add);
    }
    if (!refusals.isEmpty()) {
      throw new IllegalStateException(
          "The members service does not start: " + String.join("; ", refusals));
    }
  }

  private static Optional<String> keyRefusal(Optional<String> key) {
    String name = "dotori.members.key-encryption-key (DOTORI_MEMBERS_KEY_ENCRYPTION_KEY)";
    if (key.isEmpty()) {
      return Optional.of(name + " is not set: give it 32 random bytes in base64");
    }
    if (key.get().equals(DEVELOPMENT_KEY)) {
      return Optional.of(name + " is the development key: give it 32 random bytes of its own");
    }
    return KeyEncryption.isKey(key.get())
        ? Optional.empty()
        : Optional.of(name + " is not 32 bytes in base64");
  }

  private static Optional<String> secretRefusal(String key, String secret) {
    String name = key + " (" + key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_") + ")";
    if (secret.isEmpty()) {
      return Optional.of(name + " is not set: give it at least 24 random characters");
    }
    if (secret.equals(DEVELOPMENT_SECRET)) {
      return Optional.of(name + " is the development secret: give it one of its own");
    }
    return secret.length() >= MIN_SECRET_LENGTH
        ? Optional.empty()
        : Optional.of(name + " is shorter than " + MIN_SECRET_LENGTH + " characters");
  }
}
