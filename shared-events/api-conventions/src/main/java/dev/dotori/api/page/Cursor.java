package dev.dotori.api.page;

import dev.dotori.api.problem.ViolationException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/**
 * Where a list goes on: the sort key of the last item seen. Clients get it as opaque text.
 *
 * <p>A key and not an offset, so that a page costs the same at any depth, and rows that arrive
 * meanwhile shift nothing.
 */
public record Cursor(List<String> parts) {

  private static final String SEPARATOR = "\u001f";

  /** A cursor of the given key parts. */
  public static Cursor of(Object... parts) {
    return new Cursor(java.util.Arrays.stream(parts).map(String::valueOf).toList());
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws ViolationException naming {@code cursor} when the text is not a cursor
   */
  public static Cursor decode(String text) {
    try {
      String key = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
      return new Cursor(List.of(key.split(SEPARATOR, -1)));
    } catch (IllegalArgumentException notBase64) {
      throw invalid();
    }
  }

  /** The cursor as clients get it: URL-safe, and without a promise of what is in it. */
  public String encode() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(String.join(SEPARATOR, parts).getBytes(StandardCharsets.UTF_8));
  }

  /** The key part at the index, as text. */
  public String text(int index) {
    if (index >= parts.size()) {
      throw invalid();
    }
    return parts.get(index);
  }

  /** The key part at the index, as an id. */
  public UUID id(int index) {
    try {
      return UUID.fromString(text(index));
    } catch (IllegalArgumentException notAnId) {
      throw invalid();
    }
  }

  private static ViolationException invalid() {
    return new ViolationException(
        "cursor", "is not a cursor of this list: pass the `next` of the page before");
  }
}
