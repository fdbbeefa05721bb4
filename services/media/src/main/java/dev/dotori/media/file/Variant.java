package dev.dotori.media.file;

/**
 * One rendering of a file that may be shown.
 *
 * @param name what clients ask for: {@code original}, {@code medium} or {@code thumbnail}
 * @param contentType of this rendering, which may differ from the file's
 * @param width in pixels; null for documents
 * @param height in pixels; null for documents
 */
public record Variant(String name, String contentType, Integer width, Integer height) {

  /** The file at full size, without metadata. */
  public static final String ORIGINAL = "original";

  /** Fits a screen. */
  public static final String MEDIUM = "medium";

  /** Fits a list. */
  public static final String THUMBNAIL = "thumbnail";
}
