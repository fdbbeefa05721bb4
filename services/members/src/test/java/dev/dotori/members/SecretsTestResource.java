package dev.dotori.members;

import dev.dotori.local.servers.Secrets;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;

/** Secrets of a deployment, since the packaged service refuses those of a developer's machine. */
public class SecretsTestResource implements QuarkusTestResourceLifecycleManager {

  private final String operatorSecret = Secrets.password();

  @Override
  public Map<String, String> start() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return Map.of(
        "dotori.members.key-encryption-key",
        Base64.getEncoder().encodeToString(key),
        "dotori.members.operator.client-secret",
        operatorSecret,
        "dotori.members.service-secrets.points",
        Secrets.password());
  }

  /** Fields of this type are set to it. */
  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(this, new TestInjector.MatchesType(SecretsTestResource.class));
  }

  String operatorSecret() {
    return operatorSecret;
  }

  @Override
  public void stop() {}
}
