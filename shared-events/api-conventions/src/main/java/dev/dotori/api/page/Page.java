package dev.dotori.api.page;

import java.util.List;
import java.util.function.Function;

/**
 * One page of a list, newest first.
 *
 * @param items at most as many as asked for
 * @param next the cursor of the page after this one, or null at the end
 */
public record Page<T>(List<T> items, String next) {

  /**
   * A page of rows that were read with a limit of one more than the page holds: the extra row tells
   * that there is a next page, without a count.
   *
   * @param cursor gives the cursor that continues after a row
   */
  public static <T> Page<T> of(List<T> rows, PageRequest request, Function<T, Cursor> cursor) {
    if (rows.size() <= request.limit()) {
      return new Page<>(List.copyOf(rows), null);
    }
    List<T> items = List.copyOf(rows.subList(0, request.limit()));
    return new Page<>(items, cursor.apply(items.getLast()).encode());
  }

  /** The same page of other items. */
  public <R> Page<R> map(Function<? super T, ? extends R> mapping) {
    return new Page<>(items.stream().<R>map(mapping).toList(), next);
  }
}
