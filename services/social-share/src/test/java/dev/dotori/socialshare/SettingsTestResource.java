package dev.dotori.socialshare;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** What a deployment sets, for the packaged service: it has none of the tests' own properties. */
public class SettingsTestResource implements QuarkusTestResourceLifecycleManager {

  @Override
  public Map<String, String> start() {
    return Map.of(
        "dotori.social-share.callback-base-url",
        "http://gateway.test:8080",
        "dotori.social-share.return-to-allowed",
        "https://app.example.org/connected",
        "dotori.social-share.token-encryption-key",
        "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
  }

  @Override
  public void stop() {}
}
