package dev.dotori.socialshare.network;

import java.text.Normalizer;
import java.util.regex.Pattern;

/**
 * X's way of counting a post's characters ("Counting characters"): most count 1, CJK and emoji 2, a
 * URL 23, up to 280 in all.
 */
final class WeightedText {

  static final int MAX = 280;

  private static final int URL_WEIGHT = 23;
  private static final Pattern URL = Pattern.compile("https?://\\S+");
  private static final Pattern GRAPHEME = Pattern.compile("\\X");

  private WeightedText() {}

  static int weigh(String text) {
    String normalized = Normalizer.normalize(text, Normalizer.Form.NFC);
    int urls = (int) URL.matcher(normalized).results().count();
    String rest = URL.matcher(normalized).replaceAll("");
    return urls * URL_WEIGHT
        + GRAPHEME.matcher(rest).results().mapToInt(match -> weighGrapheme(match.group())).sum();
  }

  private static int weighGrapheme(String grapheme) {
    boolean emoji = grapheme.codePoints().anyMatch(Character::isEmojiPresentation);
    return emoji ? 2 : grapheme.codePoints().map(c -> isLight(c) ? 1 : 2).sum();
  }

  private static boolean isLight(int c) {
    return c <= 0x10FF
        || (c >= 0x2000 && c <= 0x200D)
        || (c >= 0x2010 && c <= 0x201F)
        || (c >= 0x2032 && c <= 0x2037);
  }
}
