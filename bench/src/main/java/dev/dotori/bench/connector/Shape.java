package dev.dotori.bench.connector;

import java.util.Locale;
import java.util.OptionalDouble;

/** A way to publish or to consume; the plain ones are what the others are measured beside. */
public enum Shape {
  PLAIN_PUBLISH("plain pipelined XADD", Kind.PUBLISHING, false, Double.NaN),
  PUBLISH("publish", Kind.PUBLISHING, false, Double.NaN),
  PUBLISH_KEYED("publish, keyed", Kind.PUBLISHING, true, Double.NaN),
  PLAIN("plain XREADGROUP and XACK", Kind.CONSUMING, false, Double.NaN),
  LOOP("consume on the event loop", Kind.CONSUMING, false, 0.75),
  CHUNK("consume, a virtual thread per chunk", Kind.CONSUMING, false, 0.65),
  ENTRY("consume, a virtual thread per entry", Kind.CONSUMING, false, 0.50),
  KEYED("consume keyed, a virtual thread per entry", Kind.CONSUMING, true, 0.40);

  private enum Kind {
    PUBLISHING,
    CONSUMING
  }

  private final String label;
  private final Kind kind;
  private final boolean keyed;
  private final double aim;

  Shape(String label, Kind kind, boolean keyed, double aim) {
    this.label = label;
    this.kind = kind;
    this.keyed = keyed;
    this.aim = aim;
  }

  public String label() {
    return label;
  }

  /** Its name in results and on the command line. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public boolean consumes() {
    return kind == Kind.CONSUMING;
  }

  public boolean isKeyed() {
    return keyed;
  }

  public boolean isPlain() {
    return this == plain();
  }

  /** What it is measured beside. */
  public Shape plain() {
    return consumes() ? PLAIN : PLAIN_PUBLISH;
  }

  /** The part of the plain shape's rate that is wanted. */
  public OptionalDouble aim() {
    return Double.isNaN(aim) ? OptionalDouble.empty() : OptionalDouble.of(aim);
  }

  @Override
  public String toString() {
    return id();
  }
}
