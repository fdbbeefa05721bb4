package dev.dotori.socialshare.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dotori.socialshare.SocialShareConfig;
import dev.dotori.socialshare.connection.TokenCipher.Owner;
import dev.dotori.socialshare.connection.TokenCipher.Use;
import dev.dotori.socialshare.network.Network;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A stored token is of use only where it was stored, and only with its key. */
class TokenCipherTest {

  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);
  private static final String OTHER_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
  private static final Owner OWNER = new Owner(UUID.randomUUID(), Network.X);

  @Test
  void aTokenComesBack() {
    TokenCipher cipher = cipher(Map.of("token-encryption-key", KEY));

    byte[] encrypted = cipher.encrypt("a token", OWNER, Use.ACCESS);

    assertThat(cipher.decrypt(encrypted, "1", OWNER, Use.ACCESS)).isEqualTo("a token");
    assertThat(cipher.encrypt("a token", OWNER, Use.ACCESS)).isNotEqualTo(encrypted);
  }

  @Test
  void anotherRowsTokenIsRefused() {
    TokenCipher cipher = cipher(Map.of("token-encryption-key", KEY));
    byte[] encrypted = cipher.encrypt("a token", OWNER, Use.ACCESS);

    for (Owner other :
        new Owner[] {
          new Owner(UUID.randomUUID(), OWNER.network()),
          new Owner(OWNER.memberId(), Network.FACEBOOK)
        }) {
      assertThatThrownBy(() -> cipher.decrypt(encrypted, "1", other, Use.ACCESS))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThatThrownBy(() -> cipher.decrypt(encrypted, "1", OWNER, Use.RENEWAL))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aChangedByteIsNoticed() {
    TokenCipher cipher = cipher(Map.of("token-encryption-key", KEY));
    byte[] encrypted = cipher.encrypt("a token", OWNER, Use.ACCESS);
    encrypted[encrypted.length - 1] ^= 1;

    assertThatThrownBy(() -> cipher.decrypt(encrypted, "1", OWNER, Use.ACCESS))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aRetiredKeyStillDecryptsAndTheNewOneEncrypts() {
    byte[] old = cipher(Map.of("token-encryption-key", KEY)).encrypt("a token", OWNER, Use.ACCESS);
    TokenCipher cipher =
        cipher(
            Map.of(
                "token-encryption-key", OTHER_KEY,
                "token-encryption-key-id", "2",
                "retired-token-encryption-keys.\"1\"", KEY));

    assertThat(cipher.currentKeyId()).isEqualTo("2");
    assertThat(cipher.decrypt(old, "1", OWNER, Use.ACCESS)).isEqualTo("a token");
    byte[] renewed = cipher.encrypt("a token", OWNER, Use.ACCESS);
    assertThat(cipher.decrypt(renewed, "2", OWNER, Use.ACCESS)).isEqualTo("a token");
    assertThatThrownBy(() -> cipher.decrypt(renewed, "1", OWNER, Use.ACCESS))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void withoutAKeyItIsRefusedByTheNameOfTheVariable() {
    assertThatThrownBy(() -> cipher(Map.of()))
        .hasMessageContaining("DOTORI_SOCIAL_SHARE_TOKEN_ENCRYPTION_KEY");
  }

  @Test
  void aKeyOfAnotherLengthIsRefusedWithoutShowingIt() {
    String shortKey = Base64.getEncoder().encodeToString("too short".getBytes());

    assertThatThrownBy(() -> cipher(Map.of("token-encryption-key", shortKey)))
        .hasMessageContaining("32 bytes")
        .hasMessageNotContaining(shortKey);
    assertThatThrownBy(() -> cipher(Map.of("token-encryption-key", "%%secret%%")))
        .hasMessageNotContaining("secret%%")
        .hasNoCause();
  }

  private static TokenCipher cipher(Map<String, String> settings) {
    Map<String, String> properties = new HashMap<>();
    settings.forEach((name, value) -> properties.put("dotori.social-share." + name, value));
    SocialShareConfig config =
        new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .withConverter(Duration.class, 100, new DurationConverter())
            .withMapping(SocialShareConfig.class)
            .withSources(new PropertiesConfigSource(properties, "test", 100))
            .build()
            .getConfigMapping(SocialShareConfig.class);
    return new TokenCipher(config);
  }
}
