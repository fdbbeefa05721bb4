package dev.dotori.events;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names an event and the service that says it.
 *
 * <p>The name is the CloudEvents {@code type}: past tense, with a version, for example {@code
 * purchase.recorded.v1}. Without its version it is the name of the stream that carries the event. A
 * type only ever grows: a field may be added, never removed, renamed or given another meaning.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EventType {

  /** The CloudEvents type, version included. */
  String value();

  /** The service that owns the fact and is the only one to say it. */
  String source();
}
