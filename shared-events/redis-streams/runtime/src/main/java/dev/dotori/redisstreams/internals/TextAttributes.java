package dev.dotori.redisstreams.internals;

import io.smallrye.reactive.messaging.ce.IncomingCloudEventMetadata;
import java.net.URI;
import java.time.ZonedDateTime;
import java.util.Optional;

/** A CloudEvent whose attributes are text by name, each read when it is asked for. */
interface TextAttributes extends IncomingCloudEventMetadata<byte[]> {

  /** An attribute or extension, if the event has it. */
  Optional<String> attribute(String name);

  /** What to throw when the event lacks what every event has. */
  IllegalStateException missing(String name);

  private String required(String name) {
    return attribute(name).orElseThrow(() -> missing(name));
  }

  @Override
  default String getId() {
    return required("id");
  }

  @Override
  default URI getSource() {
    return URI.create(required("source"));
  }

  @Override
  default String getSpecVersion() {
    return required("specversion");
  }

  @Override
  default String getType() {
    return required("type");
  }

  @Override
  default Optional<URI> getDataSchema() {
    return attribute("dataschema").map(URI::create);
  }

  @Override
  default Optional<String> getSubject() {
    return attribute("subject");
  }

  @Override
  default Optional<ZonedDateTime> getTimeStamp() {
    return attribute("time").map(ZonedDateTime::parse);
  }

  @Override
  @SuppressWarnings("unchecked") // extensions are text here; the interface lets the caller name it
  default <A> Optional<A> getExtension(String name) {
    return (Optional<A>) attribute(name);
  }
}
