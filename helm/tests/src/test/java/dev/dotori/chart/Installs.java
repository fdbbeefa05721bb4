package dev.dotori.chart;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.provider.Arguments;

/** Every profile and every toggle of the chart, each at least once. */
final class Installs {
  static final String AUTOSCALING = "autoscaling: {hpa: {enabled: true}, keda: {enabled: true}}";

  static final String WATCHED =
      """
      monitoring:
        podMonitor: {enabled: true, labels: {release: prometheus}}
        prometheusRule: {enabled: true, labels: {release: prometheus}}
        dashboards: {enabled: true}
      """;

  static final String ONE_PROCESS_EACH =
      """
      services:
        points: {worker: {enabled: false}}
        posting: {worker: {enabled: false}}
        social-share: {worker: {enabled: false}}
        media: {worker: {enabled: false}}
      """;

  private static final Map<String, Install> ALL = new LinkedHashMap<>();

  static {
    Install minimal = Install.minimal();
    ALL.put("minimal", minimal);
    ALL.put("production", Install.production());
    ALL.put("local", Install.local());
    ALL.put("APIs scaled on CPU", minimal.with("autoscaling: {hpa: {enabled: true}}"));
    ALL.put("workers scaled on lag", minimal.with("autoscaling: {keda: {enabled: true}}"));
    ALL.put(
        "workers scaled on lag behind sentinels",
        minimal
            .with(AUTOSCALING)
            .with(
                "redis: {clientType: sentinel, masterName: dotori, addresses: ['a.example.org:26379', 'b.example.org:26379']}"));
    ALL.put("one process of each service", minimal.with(ONE_PROCESS_EACH));
    ALL.put(
        "one process of each service, scaled", minimal.with(ONE_PROCESS_EACH).with(AUTOSCALING));
    ALL.put("migrations by other means", minimal.with("migrations: {enabled: false}"));
    ALL.put("no leases", minimal.with("leaderElection: {enabled: false}"));
    ALL.put("no operations", minimal.with("ops: {enabled: false}"));
    ALL.put(
        "nobody at the Kubernetes API",
        minimal.with("ops: {enabled: false}").with("leaderElection: {enabled: false}"));
    ALL.put(
        "ingress",
        minimal.with(
            """
            ingress: {enabled: true, className: nginx, tlsSecret: dotori-tls, annotations: {example.org/timeout: "60"}}
            """));
    ALL.put("ingress without a class", minimal.with("ingress: {enabled: true}"));
    ALL.put(
        "HTTPRoute",
        minimal.with(
            "httpRoute: {enabled: true, parentRefs: [{name: public, namespace: gateways, sectionName: https}]}"));
    ALL.put(
        "a load balancer before the gateway",
        minimal.with(
            """
            gatewayService: {type: LoadBalancer, annotations: {example.org/internal: "true"}, trustedProxies: [10.0.0.0/8]}
            """));
    ALL.put("no network policies", minimal.with("networkPolicy: {enabled: false}"));
    ALL.put(
        "narrow networks",
        minimal
            .with(WATCHED)
            .with(
                """
                networkPolicy:
                  clients: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress}}}]
                  mysql: [10.1.0.0/16]
                  redis: [10.2.0.0/16, 10.3.0.0/16]
                  s3: [10.4.0.0/16]
                  smtp: [10.5.0.0/16]
                  otlp: [10.6.0.0/16]
                  kubernetesApi: [10.7.0.1/32]
                """));
    ALL.put("no budgets", minimal.with("podDisruptionBudgets: {enabled: false}"));
    ALL.put("no spread", minimal.with("topologySpread: []"));
    ALL.put(
        "pods elsewhere",
        minimal.with(
            """
            pod:
              runAsUser: null
              annotations: {example.org/inject: "false"}
              nodeSelector: {kubernetes.io/arch: amd64}
              tolerations: [{key: dedicated, operator: Equal, value: dotori, effect: NoSchedule}]
              priorityClassName: important
              drainSeconds: 120
            """));
    ALL.put("lines for the eye", minimal.with("logs: {json: false, level: DEBUG}"));
    ALL.put("watched", minimal.with(WATCHED));
    ALL.put(
        "traced", minimal.with("tracing: {endpoint: 'http://otel.observability:4317', ratio: 1}"));
    ALL.put("traced elsewhere", minimal.with("tracing: {endpoint: 'https://otel.example.org'}"));
    ALL.put(
        "images of one's own",
        minimal.with(
            """
            image: {repository: registry.example.org/loyalty, tag: "7", variant: jvm, pullPolicy: Always, pullSecrets: [registry]}
            services: {points: {image: "registry.example.org/points@sha256:0000000000000000000000000000000000000000000000000000000000000000"}}
            """));
    ALL.put(
        "authorities of one's own",
        minimal
            .with("mysql: {trustedCertificates: dotori-certificates}")
            .with("redis: {trustedCertificates: dotori-certificates}")
            .with("s3: {trustedCertificates: dotori-certificates}"));
    ALL.put(
        "S3 of one's own",
        minimal.with(
            """
            s3: {credentials: static, endpoint: 'https://s3.example.org:9000', publicEndpoint: 'https://files.example.org', pathStyle: false}
            """));
    ALL.put(
        "mails",
        minimal.with("mail: {host: smtp.example.org, username: dotori, from: shop@example.org}"));
    ALL.put("mails without a password", minimal.with("mail: {host: smtp.example.org, port: 25}"));
    ALL.put("Redis without TLS", minimal.with("redis: {tls: false}"));
    ALL.put(
        "secrets, users and servers of one's own",
        minimal
            .with(AUTOSCALING)
            .with(
                """
                autoscaling: {keda: {existingSecret: lag-reader}}
                services:
                  gateway: {existingSecret: our-gateway, config: {DOTORI_GATEWAY_LIMITS_REDIS_TIMEOUT: 20ms}}
                  members:
                    existingSecret: our-members
                    mysql: {host: a.example.org, username: m, migration: {username: m_ddl, existingSecret: our-members-ddl}}
                  points:
                    existingSecret: our-points
                    mysql: {host: b.example.org, username: p, migration: {username: p_ddl, existingSecret: our-points-ddl}}
                  posting: {existingSecret: our-posting}
                  social-share:
                    existingSecret: our-share
                    serviceAccount: {annotations: {example.org/role: share}}
                    config: {DOTORI_SOCIAL_SHARE_X_CLIENT_ID: us}
                    secretConfig: {DOTORI_SOCIAL_SHARE_RETIRED_TOKEN_ENCRYPTION_KEYS__1_: former-key}
                  media: {existingSecret: our-media, serviceAccount: {annotations: {example.org/role: media}}}
                """));
    ALL.put(
        "production with all that it can have",
        Install.production()
            .with(WATCHED)
            .with(
                """
                httpRoute: {enabled: true, parentRefs: [{name: public, namespace: gateways}]}
                gatewayService: {trustedProxies: [10.0.0.0/8]}
                tracing: {endpoint: 'http://otel.observability:4317'}
                mail: {host: smtp.example.org, username: dotori}
                """));
    ALL.put(
        "local, scaled on lag",
        Install.local()
            .with("autoscaling: {keda: {enabled: true}}")
            .with(
                """
                services: {points: {worker: {enabled: true}}}
                """));
    ALL.put("local, watched", Install.local().with(WATCHED));
    ALL.put(
        "local without network policies",
        Install.local()
            .with("networkPolicy: {enabled: false}")
            .with("local: {storageClassName: fast, size: 1Gi}"));
  }

  private Installs() {}

  /** For `@MethodSource`. */
  static Stream<Arguments> all() {
    return ALL.entrySet().stream().map(e -> Arguments.of(Named.of(e.getKey(), e.getValue())));
  }

  static Map<String, Install> byName() {
    return ALL;
  }
}
