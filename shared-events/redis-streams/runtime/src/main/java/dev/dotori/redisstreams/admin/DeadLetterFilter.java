package dev.dotori.redisstreams.admin;

import dev.dotori.redisstreams.internals.EntryId;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Which dead letters are meant: those that fulfil every condition. Redis skips what lies outside of
 * the ids and times; the other conditions are checked here, on one chunk after the other.
 *
 * <pre>{@code
 * DeadLetterFilter.all()
 *     .since(Instant.now().minus(Duration.ofHours(1)))
 *     .exception("java.net.ConnectException")
 *     .field("ce_type", "order.placed")
 * }</pre>
 */
public final class DeadLetterFilter {

  private static final DeadLetterFilter ALL =
      new DeadLetterFilter(EntryId.FIRST, EntryId.LAST, deadLetter -> true, false);

  private final EntryId from;
  private final EntryId to;
  private final Predicate<DeadLetter> condition;
  private final boolean narrowed;

  private DeadLetterFilter(
      EntryId from, EntryId to, Predicate<DeadLetter> condition, boolean narrowed) {
    this.from = from;
    this.to = to;
    this.condition = condition;
    this.narrowed = narrowed;
  }

  /** Every dead letter. */
  public static DeadLetterFilter all() {
    return ALL;
  }

  /**
   * Those whose own id, in the stream of the dead letters, lies between two, both included.
   *
   * @throws IllegalArgumentException if one of them is not an id such as {@code 1526919030474-55}
   */
  public DeadLetterFilter ids(String first, String last) {
    return between(EntryId.of(first), EntryId.of(last));
  }

  /** Those that became dead letters at that time or later, by the server's clock. */
  public DeadLetterFilter since(Instant time) {
    return between(new EntryId(Math.max(0, time.toEpochMilli()), 0), EntryId.LAST);
  }

  /** Those that became dead letters before that time, by the server's clock. */
  public DeadLetterFilter before(Instant time) {
    return time.toEpochMilli() <= 0
        ? and(deadLetter -> false)
        : between(EntryId.FIRST, new EntryId(time.toEpochMilli() - 1, -1));
  }

  /** Those that failed by an exception of that class, or by one whose cause was of that class. */
  public DeadLetterFilter exception(String className) {
    Objects.requireNonNull(className, "className");
    return and(deadLetter ->
        deadLetter.exceptionClassName().equals(className)
            || deadLetter.causeClassName().filter(className::equals).isPresent());
  }

  /** Those whose reason, or whose cause's message, contains a text. */
  public DeadLetterFilter reasonContains(String text) {
    Objects.requireNonNull(text, "text");
    return and(deadLetter ->
        deadLetter.reason().contains(text)
            || deadLetter.cause().filter(cause -> cause.contains(text)).isPresent());
  }

  /** Those of whose entry's fields one has that value, as UTF-8 text. */
  public DeadLetterFilter field(String name, String value) {
    Objects.requireNonNull(value, "value");
    return and(deadLetter -> deadLetter.field(name).filter(value::equals).isPresent());
  }

  /** Those that fulfil a condition of one's own as well. It is called on an event loop. */
  public DeadLetterFilter and(Predicate<DeadLetter> further) {
    return new DeadLetterFilter(from, to, condition.and(further), true);
  }

  private DeadLetterFilter between(EntryId first, EntryId last) {
    return new DeadLetterFilter(
        from.compareTo(first) > 0 ? from : first,
        to.compareTo(last) < 0 ? to : last,
        condition,
        true);
  }

  EntryId from() {
    return from;
  }

  EntryId to() {
    return to;
  }

  boolean matches(DeadLetter deadLetter) {
    return condition.test(deadLetter);
  }

  boolean isAll() {
    return !narrowed;
  }
}
