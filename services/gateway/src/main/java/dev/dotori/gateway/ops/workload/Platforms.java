package dev.dotori.gateway.ops.workload;

import dev.dotori.gateway.ops.OpsConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Chooses the platform that the configuration names. */
@Singleton
class Platforms {

  /**
   * @param client made only when it is needed: without a cluster there is nothing it could be
   *     configured from
   */
  @Produces
  @Singleton
  Platform platform(OpsConfig config, Instance<KubernetesClient> client) {
    return switch (config.platform()) {
      case KUBERNETES -> new KubernetesPlatform(client.get(), config);
      case NONE -> new NoPlatform();
    };
  }
}
