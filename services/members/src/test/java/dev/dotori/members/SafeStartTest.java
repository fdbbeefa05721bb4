package dev.dotori.members;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SafeStartTest {

  private static final String KEY = "dotori.members.key-encryption-key";
  private static final String OPERATOR = "dotori.members.operator.client-secret";
  private static final String SOCIAL_SHARE = "dotori.members.service-secrets.social-share";

  private final Map<String, String> properties =
      new HashMap<>(
          Map.of(
              KEY, "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
              OPERATOR, "0123456789abcdef01234567",
              SOCIAL_SHARE, "0123456789abcdef01234567"));

  @Test
  void settingsOfItsOwnAreSafe() {
    assertThatCode(() -> SafeStart.refuseUnsafe(TestConfig.with(properties)))
        .doesNotThrowAnyException();
  }

  @Test
  void everySettingThatIsMissingIsNamedWithItsEnvironmentVariable() {
    properties.clear();

    assertThatThrownBy(() -> SafeStart.refuseUnsafe(TestConfig.with(properties)))
        .hasMessageContaining(KEY)
        .hasMessageContaining("DOTORI_MEMBERS_KEY_ENCRYPTION_KEY")
        .hasMessageContaining(OPERATOR)
        .hasMessageContaining("DOTORI_MEMBERS_OPERATOR_CLIENT_SECRET");
  }

  @Test
  void theDevelopmentSettingsAreRefused() {
    refused(KEY, "bm90LWEtc2VjcmV0LW9ubHktZm9yLWRldmVsb3BtZW4=");
    refused(OPERATOR, Api.DEVELOPMENT_SECRET);
    refused(SOCIAL_SHARE, Api.DEVELOPMENT_SECRET);
  }

  @Test
  void secretsThatAreTooShortAreRefused() {
    refused(KEY, "c2hvcnQ=");
    refused(KEY, "not base64");
    refused(OPERATOR, "short");
    refused(SOCIAL_SHARE, "short");
  }

  private void refused(String key, String value) {
    Map<String, String> unsafe = new HashMap<>(properties);
    unsafe.put(key, value);

    assertThatThrownBy(() -> SafeStart.refuseUnsafe(TestConfig.with(unsafe)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(key);
  }
}
