package dev.dotori.leadership;

import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;

/** Makes the election that the configuration asks for, and no part of the others. */
@ApplicationScoped
class Elections {

  private final LeadershipConfig config;
  private final Instance<MySqlElection.ConnectionSource> mysql;
  private final Instance<KubernetesClient> kubernetes;

  Elections(
      LeadershipConfig config,
      Instance<MySqlElection.ConnectionSource> mysql,
      Instance<KubernetesClient> kubernetes) {
    this.config = config;
    this.mysql = mysql;
    this.kubernetes = kubernetes;
  }

  /** A new one, not yet entered. */
  Election configured() {
    return switch (way()) {
      case KUBERNETES -> byLease();
      case MYSQL -> byLock();
      case NONE -> new EveryoneLeads();
    };
  }

  private LeadershipConfig.Way way() {
    return config
        .by()
        .orElse(mysql.isResolvable() ? LeadershipConfig.Way.MYSQL : LeadershipConfig.Way.NONE);
  }

  private Election byLock() {
    if (!mysql.isResolvable()) {
      throw new IllegalStateException("dotori.leadership.by=mysql, but there is no MySQL here");
    }
    return new MySqlElection(mysql.get(), config.lease(), MySqlElection.Timing.DEFAULT);
  }

  private Election byLease() {
    KubernetesClient client = kubernetes.get();
    if (client.getNamespace() == null) {
      throw new IllegalStateException(
          "dotori.leadership.by=kubernetes, but no namespace is known: outside of a pod set"
              + " quarkus.kubernetes-client.namespace");
    }
    return new LeaseElection(client, config.lease(), LeaseElection.Timing.DEFAULT);
  }
}
