package dev.dotori.api.page;

import dev.dotori.api.problem.ViolationException;
import jakarta.ws.rs.QueryParam;
import java.util.Optional;

/**
 * The query parameters of every list: {@code limit} and {@code cursor}. Use as a bean parameter.
 */
public class PageRequest {

  /** Items on a page unless the client asks otherwise. */
  public static final int DEFAULT_LIMIT = 50;

  /** The most items on a page. */
  public static final int MAX_LIMIT = 200;

  // Text, since a number that can't be read would be answered with 404 before we see it.
  @QueryParam("limit")
  String limit;

  @QueryParam("cursor")
  String cursor;

  /**
   * How many items the page may hold.
   *
   * @throws ViolationException naming {@code limit} unless it is 1 to 200
   */
  public int limit() {
    if (limit == null) {
      return DEFAULT_LIMIT;
    }
    try {
      int asked = Integer.parseInt(limit);
      if (asked >= 1 && asked <= MAX_LIMIT) {
        return asked;
      }
    } catch (NumberFormatException notANumber) {
      // answered below, as a number out of range is
    }
    throw new ViolationException("limit", "must be an integer from 1 to " + MAX_LIMIT);
  }

  /** Where to go on; empty for the first page. */
  public Optional<Cursor> cursor() {
    return Optional.ofNullable(cursor).filter(text -> !text.isEmpty()).map(Cursor::decode);
  }
}
