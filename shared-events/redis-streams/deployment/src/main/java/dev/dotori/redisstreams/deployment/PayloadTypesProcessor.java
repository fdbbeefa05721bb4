package dev.dotori.redisstreams.deployment;

import dev.dotori.redisstreams.RedisStreamsConnector;
import dev.dotori.redisstreams.converter.PayloadTypes;
import dev.dotori.redisstreams.converter.PayloadTypesRecorder;
import io.quarkus.arc.deployment.BeanDiscoveryFinishedBuildItem;
import io.quarkus.arc.deployment.SyntheticBeanBuildItem;
import io.quarkus.arc.processor.InjectionPointInfo;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.ExecutionTime;
import io.quarkus.deployment.annotations.Record;
import io.quarkus.deployment.builditem.nativeimage.ReflectiveHierarchyBuildItem;
import io.quarkus.smallrye.reactivemessaging.deployment.items.ConnectorManagedChannelBuildItem;
import io.quarkus.smallrye.reactivemessaging.deployment.items.MediatorBuildItem;
import io.smallrye.reactive.messaging.annotations.Incomings;
import jakarta.enterprise.inject.spi.DeploymentException;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.DotName;
import org.jboss.jandex.MethodInfo;
import org.jboss.jandex.Type;

/** Finds the types that methods and injected channels take from the connector's channels. */
class PayloadTypesProcessor {

  private static final DotName CHANNEL = DotName.createSimple(Channel.class);
  private static final DotName INCOMING = DotName.createSimple(Incoming.class);
  private static final DotName INCOMINGS = DotName.createSimple(Incomings.class);

  /** What a method may take a payload in. */
  private static final Set<DotName> WRAPPERS =
      Set.of(
          DotName.createSimple(Message.class),
          DotName.createSimple(Flow.Publisher.class),
          DotName.createSimple(CompletionStage.class),
          DotName.createSimple("io.smallrye.mutiny.Multi"),
          DotName.createSimple("io.smallrye.mutiny.Uni"),
          DotName.createSimple("org.reactivestreams.Publisher"),
          DotName.createSimple(
              "org.eclipse.microprofile.reactive.streams.operators.PublisherBuilder"));

  @BuildStep
  @Record(ExecutionTime.STATIC_INIT)
  void payloadTypes(
      PayloadTypesRecorder recorder,
      List<ConnectorManagedChannelBuildItem> channels,
      List<MediatorBuildItem> methods,
      BeanDiscoveryFinishedBuildItem beansFound,
      BuildProducer<SyntheticBeanBuildItem> beans,
      BuildProducer<ReflectiveHierarchyBuildItem> reflective) {
    Set<String> ours =
        channels.stream()
            .filter(ConnectorManagedChannelBuildItem::isIncoming)
            .filter(channel -> channel.getConnector().equals(RedisStreamsConnector.CONNECTOR_NAME))
            .map(ConnectorManagedChannelBuildItem::getName)
            .collect(Collectors.toSet());
    Map<String, String> types = new HashMap<>();
    BiConsumer<String, Type> taken =
        (channel, type) -> {
          if (ours.contains(channel)) {
            Type payload = payload(type);
            add(types, channel, payload);
            reflective.produce(
                ReflectiveHierarchyBuildItem.builder(payload)
                    .source("payload of channel " + channel)
                    .build());
          }
        };
    for (MediatorBuildItem each : methods) {
      MethodInfo method = each.getMethod();
      if (method.parametersCount() > 0) {
        incoming(method).forEach(channel -> taken.accept(channel, method.parameterType(0)));
      }
    }
    for (InjectionPointInfo each : beansFound.getInjectionPoints()) {
      AnnotationInstance channel = each.getRequiredQualifier(CHANNEL);
      if (channel != null && WRAPPERS.contains(each.getRequiredType().name())) {
        taken.accept(channel.value().asString(), each.getRequiredType());
      }
    }
    beans.produce(
        SyntheticBeanBuildItem.configure(PayloadTypes.class)
            .scope(Singleton.class)
            .unremovable()
            .runtimeValue(recorder.types(types))
            .done());
  }

  private static void add(Map<String, String> types, String channel, Type payload) {
    if (payload.kind() != Type.Kind.PARAMETERIZED_TYPE) {
      return;
    }
    canonical(payload)
        .ifPresent(type -> {
          String other = types.put(channel, type);
          if (other != null && !other.equals(type)) {
            throw new DeploymentException(
                "channel %s is taken as %s and as %s: take the same type"
                    .formatted(channel, other, type));
          }
        });
  }

  private static List<String> incoming(MethodInfo method) {
    AnnotationInstance several = method.annotation(INCOMINGS);
    List<AnnotationInstance> each =
        several == null
            ? Optional.ofNullable(method.annotation(INCOMING)).stream().toList()
            : List.of(several.value().asNestedArray());
    return each.stream().map(incoming -> incoming.value().asString()).toList();
  }

  private static Type payload(Type taken) {
    return taken.kind() == Type.Kind.PARAMETERIZED_TYPE && WRAPPERS.contains(taken.name())
        ? payload(taken.asParameterizedType().arguments().getFirst())
        : taken;
  }

  /** In the form of Jackson's; empty if it depends on what is not known, or has arrays in it. */
  private static Optional<String> canonical(Type type) {
    return switch (type.kind()) {
      case CLASS -> Optional.of(type.name().toString());
      case WILDCARD_TYPE -> canonical(type.asWildcardType().extendsBound());
      case PARAMETERIZED_TYPE -> {
        List<Optional<String>> arguments =
            type.asParameterizedType().arguments().stream()
                .map(PayloadTypesProcessor::canonical)
                .toList();
        yield arguments.stream().allMatch(Optional::isPresent)
            ? Optional.of(
                arguments.stream()
                    .map(Optional::get)
                    .collect(Collectors.joining(",", type.name() + "<", ">")))
            : Optional.empty();
      }
      default -> Optional.empty();
    };
  }
}
