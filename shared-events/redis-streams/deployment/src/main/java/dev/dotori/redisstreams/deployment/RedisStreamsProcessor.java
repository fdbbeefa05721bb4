package dev.dotori.redisstreams.deployment;

import dev.dotori.redisstreams.RedisStreamsConnector;
import dev.dotori.redisstreams.admin.RedisStreamsAdmin;
import dev.dotori.redisstreams.converter.BatchDecoder;
import dev.dotori.redisstreams.converter.JsonConverter;
import dev.dotori.redisstreams.converter.PayloadDecoder;
import dev.dotori.redisstreams.converter.TextConverter;
import dev.dotori.redisstreams.fault.RedisStreamsDeadLetter;
import dev.dotori.redisstreams.fault.RedisStreamsFailStop;
import dev.dotori.redisstreams.fault.RedisStreamsFailureHandler;
import dev.dotori.redisstreams.fault.RedisStreamsIgnore;
import dev.dotori.redisstreams.fault.RedisStreamsRetry;
import dev.dotori.redisstreams.internals.Observation;
import dev.dotori.redisstreams.internals.RedisClients;
import dev.dotori.redisstreams.metrics.ChannelMetricsFactory;
import dev.dotori.redisstreams.metrics.MicrometerMetrics;
import io.opentelemetry.api.OpenTelemetry;
import io.quarkus.arc.deployment.AdditionalBeanBuildItem;
import io.quarkus.arc.deployment.UnremovableBeanBuildItem;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.builditem.FeatureBuildItem;
import io.quarkus.deployment.metrics.MetricsCapabilityBuildItem;
import io.quarkus.redis.deployment.client.RequestedRedisClientBuildItem;
import io.quarkus.runtime.metrics.MetricsFactory;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** What the connector needs at build time. */
class RedisStreamsProcessor {

  private static final String FEATURE = "messaging-redis-streams";

  private static final Pattern CLIENT_NAME =
      Pattern.compile(
          "mp\\.messaging\\.((incoming|outgoing)\\..+|connector\\."
              + RedisStreamsConnector.CONNECTOR_NAME
              + ")\\.client-name");

  @BuildStep
  FeatureBuildItem feature() {
    return new FeatureBuildItem(FEATURE);
  }

  @BuildStep
  AdditionalBeanBuildItem beans() {
    return AdditionalBeanBuildItem.builder()
        .setUnremovable()
        .addBeanClasses(
            RedisStreamsConnector.class,
            RedisClients.class,
            RedisStreamsAdmin.class,
            Observation.class,
            TextConverter.class,
            JsonConverter.class,
            BatchDecoder.class,
            PayloadDecoder.class,
            RedisStreamsFailStop.Factory.class,
            RedisStreamsIgnore.Factory.class,
            RedisStreamsRetry.Factory.class,
            RedisStreamsDeadLetter.Factory.class)
        .build();
  }

  /** A strategy of the application's own is looked up by its identifier, which ArC can't see. */
  @BuildStep
  UnremovableBeanBuildItem ownStrategies() {
    return UnremovableBeanBuildItem.beanTypes(RedisStreamsFailureHandler.Factory.class);
  }

  /** Without Micrometer nothing mentions its types. */
  @BuildStep
  void metrics(
      Optional<MetricsCapabilityBuildItem> capability,
      BuildProducer<AdditionalBeanBuildItem> beans) {
    if (capability.filter(found -> found.metricsSupported(MetricsFactory.MICROMETER)).isPresent()) {
      beans.produce(AdditionalBeanBuildItem.unremovableOf(MicrometerMetrics.class));
    }
  }

  /** Metrics of an application's own, and the tracer, are looked up where ArC can't see it. */
  @BuildStep
  UnremovableBeanBuildItem observation() {
    return UnremovableBeanBuildItem.beanTypes(ChannelMetricsFactory.class, OpenTelemetry.class);
  }

  /**
   * Quarkus makes only clients that somebody asks for, and channels ask by name in configuration.
   */
  @BuildStep
  void clients(BuildProducer<RequestedRedisClientBuildItem> requested) {
    Config config = ConfigProvider.getConfig();
    Set<String> names = new HashSet<>();
    names.add(RedisClients.DEFAULT_CLIENT);
    for (String property : config.getPropertyNames()) {
      if (CLIENT_NAME.matcher(property).matches()) {
        config.getOptionalValue(property, String.class).ifPresent(names::add);
      }
    }
    names.forEach(name -> requested.produce(new RequestedRedisClientBuildItem(name)));
  }
}
