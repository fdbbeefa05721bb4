package dev.dotori.events;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every event type there is.
 *
 * <p>A plain list rather than a scan of the class path: it starts in no time, works in a native
 * image, and a review sees what joins it. A test fails when an event record is missing here.
 */
public final class EventTypes {

  private static final Map<String, Class<? extends DomainEvent>> BY_NAME =
      byName(
          List.of(
              MemberRegistered.class,
              MemberClosed.class,
              StoreRegistered.class,
              ProgramChanged.class,
              PurchaseRecorded.class,
              PointsDistributed.class,
              PointsRefunded.class,
              PointsTransferred.class,
              PointsRedeemed.class,
              PointsExpired.class,
              PostPublished.class,
              PostEdited.class,
              PostDeleted.class,
              SharePublished.class,
              ShareFailed.class,
              ConnectionBroken.class,
              MediaUploaded.class,
              MediaReady.class,
              MediaRejected.class));

  private EventTypes() {}

  /** All types, in the order in which documents list them. */
  public static Collection<Class<? extends DomainEvent>> all() {
    return BY_NAME.values();
  }

  /** The record of a CloudEvents type such as {@code purchase.recorded.v1}, if it is known here. */
  public static Optional<Class<? extends DomainEvent>> find(String type) {
    return Optional.ofNullable(BY_NAME.get(type));
  }

  /** The CloudEvents type of an event, version included. */
  public static String nameOf(Class<? extends DomainEvent> type) {
    return annotation(type).value();
  }

  /** The service that says events of this type. */
  public static String sourceOf(Class<? extends DomainEvent> type) {
    return annotation(type).source();
  }

  /** The stream that carries a CloudEvents type: the type without its version. */
  public static String streamOf(String type) {
    int version = type.lastIndexOf('.');
    if (version < 0) {
      throw new IllegalArgumentException("an event type ends with its version: " + type);
    }
    return type.substring(0, version);
  }

  private static EventType annotation(Class<? extends DomainEvent> type) {
    EventType annotation = type.getAnnotation(EventType.class);
    if (annotation == null) {
      throw new IllegalArgumentException(type.getName() + " has no @EventType");
    }
    return annotation;
  }

  private static Map<String, Class<? extends DomainEvent>> byName(
      List<Class<? extends DomainEvent>> types) {
    Map<String, Class<? extends DomainEvent>> byName = new LinkedHashMap<>();
    for (Class<? extends DomainEvent> type : types) {
      if (byName.put(nameOf(type), type) != null) {
        throw new IllegalStateException("two records for " + nameOf(type));
      }
    }
    return Collections.unmodifiableMap(byName);
  }
}
