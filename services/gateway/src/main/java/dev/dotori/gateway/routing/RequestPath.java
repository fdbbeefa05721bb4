package dev.dotori.gateway.routing;

import dev.dotori.gateway.problem.Refusal;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A request's path in its one canonical form: what is routed on is exactly what the service gets,
 * so that no two readings of one path ({@code ..}, {@code %2F}, {@code ;}) can reach what the
 * routing table hides.
 */
public final class RequestPath {

  private static final int MAX_LENGTH = 2_048;
  private static final String PLAIN = "-._~!$&'()*+,=:@";
  private static final String HEX = "0123456789ABCDEF";

  private final List<String> segments;

  private RequestPath(List<String> segments) {
    this.segments = segments;
  }

  /**
   * Reads the raw path of a request line.
   *
   * @throws Refusal 400 when the path could be read in more than one way; 404 when it has an empty
   *     segment
   */
  public static RequestPath parse(String raw) {
    if (raw == null || !raw.startsWith("/")) {
      throw Refusal.badPath("The path must begin with a slash.");
    }
    if (raw.length() > MAX_LENGTH) {
      throw Refusal.badPath("The path is longer than " + MAX_LENGTH + " characters.");
    }
    List<String> segments = new ArrayList<>();
    for (String segment : raw.substring(1).split("/", -1)) {
      segments.add(decode(segment));
    }
    return new RequestPath(List.copyOf(segments));
  }

  /** The decoded segments. */
  public List<String> segments() {
    return segments;
  }

  /** The path to send on: encoded in one way only. */
  public String encoded() {
    StringBuilder path = new StringBuilder();
    for (String segment : segments) {
      path.append('/');
      for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
        if (isPlain(b)) {
          path.append((char) b);
        } else {
          path.append('%').append(HEX.charAt((b >> 4) & 0xF)).append(HEX.charAt(b & 0xF));
        }
      }
    }
    return path.toString();
  }

  private static boolean isPlain(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || PLAIN.indexOf(b) >= 0;
  }

  private static String decode(String segment) {
    if (segment.isEmpty()) {
      throw Refusal.notFound();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(segment.length());
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (c == '%') {
        bytes.write(decodeByte(segment, i));
        i += 2;
      } else if (c > 0x7F) {
        throw Refusal.badPath("The path has a character that must be percent-encoded.");
      } else {
        bytes.write(c);
      }
    }
    String decoded;
    try {
      decoded =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.toByteArray()))
              .toString();
    } catch (CharacterCodingException e) {
      throw Refusal.badPath("The path is not UTF-8.");
    }
    if (decoded.equals(".") || decoded.equals("..")) {
      throw Refusal.badPath("The path has a dot segment.");
    }
    if (decoded.chars().anyMatch(RequestPath::isAmbiguous)) {
      throw Refusal.badPath("The path has a character that is not allowed in it.");
    }
    return decoded;
  }

  private static int decodeByte(String segment, int percent) {
    if (percent + 2 >= segment.length()) {
      throw Refusal.badPath("The path has a broken percent-encoding.");
    }
    int high = Character.digit(segment.charAt(percent + 1), 16);
    int low = Character.digit(segment.charAt(percent + 2), 16);
    if (high < 0 || low < 0) {
      throw Refusal.badPath("The path has a broken percent-encoding.");
    }
    return high << 4 | low;
  }

  private static boolean isAmbiguous(int c) {
    return c == '/'
        || c == '\\'
        || c == ';'
        || c == '?'
        || c == '#'
        || c == '%'
        || Character.isISOControl(c);
  }
}
