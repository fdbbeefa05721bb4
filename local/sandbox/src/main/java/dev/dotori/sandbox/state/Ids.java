package dev.dotori.sandbox.state;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

/** Ids and secrets of the shape that the networks give out. */
public final class Ids {

  private static final AtomicLong LAST_SNOWFLAKE = new AtomicLong();
  private static final AtomicLong LAST_FBID = new AtomicLong();

  private Ids() {}

  /**
   * A 19-digit number, greater than every one before, as X's ids are: milliseconds, then a count.
   */
  public static String snowflake() {
    long first = System.currentTimeMillis() << 20;
    return Long.toString(LAST_SNOWFLAKE.updateAndGet(last -> Math.max(last + 1, first)));
  }

  /** A 15-digit number, greater than every one before, as Facebook's ids are. */
  public static String fbid() {
    long first = System.currentTimeMillis() * 100;
    return Long.toString(LAST_FBID.updateAndGet(last -> Math.max(last + 1, first)));
  }

  /** 32 random bytes as URL-safe text. */
  public static String secret() {
    byte[] bytes = new byte[32];
    // Not a static one: a native image would freeze its seed.
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
