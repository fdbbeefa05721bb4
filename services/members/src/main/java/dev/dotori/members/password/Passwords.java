package dev.dotori.members.password;

import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.api.problem.ViolationException;
import dev.dotori.members.MembersConfig;
import io.quarkus.elytron.security.common.BcryptUtil;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Hashes and checks members' passwords with bcrypt.
 *
 * <p>bcrypt as Quarkus brings it: it is maintained with the platform, runs in a native image, and
 * needs 4 KiB for a hash, where Argon2id needs at least 19 MiB: with it, many sign-ins at once
 * would be a way to exhaust a replica's memory.
 */
@ApplicationScoped
public class Passwords {

  /** bcrypt reads no more; a longer password is refused rather than cut off silently. */
  public static final int MAX_BYTES = 72;

  private final MembersConfig.Password config;
  // Verified against when there is no password, so that the answer takes as long.
  private final String decoy;
  // Hashing is work for a core, not for a virtual thread: one core is left for everything else.
  private final Semaphore turns =
      new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() - 1), true);

  Passwords(MembersConfig config) {
    this.config = config.password();
    this.decoy = BcryptUtil.bcryptHash("decoy", this.config.cost());
  }

  /**
   * The hash that is stored of a new password.
   *
   * @throws ViolationException naming {@code password} when it is too short or too long
   * @throws ProblemException 503 when too many others hash at the moment
   */
  public String hash(String password) {
    if (password.codePointCount(0, password.length()) < config.minLength()) {
      throw new ViolationException(
          "password", "must have at least " + config.minLength() + " characters");
    }
    if (!fits(password)) {
      throw new ViolationException(
          "password", "must have at most " + MAX_BYTES + " bytes as UTF-8");
    }
    return inTurn(() -> BcryptUtil.bcryptHash(password, config.cost()));
  }

  /**
   * Whether the password is the one of the hash. Takes as long when there is no hash.
   *
   * @param hash as {@link #hash} made it, or null for a member who has no password or does not
   *     exist
   * @throws ProblemException 503 when too many others hash at the moment
   */
  public boolean matches(String password, String hash) {
    boolean matched = inTurn(() -> BcryptUtil.matches(password, hash == null ? decoy : hash));
    return matched && hash != null && fits(password);
  }

  /** Whether the hash was made under another cost than is configured now. */
  public boolean isOfAnotherCost(String hash) {
    // Modular crypt format: $2a$11$…
    return !hash.startsWith("%02d$".formatted(config.cost()), "$2a$".length());
  }

  /**
   * The hash of a password that matched, under the cost that is configured now.
   *
   * @throws ProblemException 503 when too many others hash at the moment
   */
  public String rehash(String password) {
    return inTurn(() -> BcryptUtil.bcryptHash(password, config.cost()));
  }

  private static boolean fits(String password) {
    return password.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
  }

  private <T> T inTurn(Supplier<T> hashing) {
    try {
      if (!turns.tryAcquire(config.patience().toMillis(), TimeUnit.MILLISECONDS)) {
        throw busy();
      }
    } catch (InterruptedException shuttingDown) {
      Thread.currentThread().interrupt();
      throw busy();
    }
    try {
      return hashing.get();
    } finally {
      turns.release();
    }
  }

  private static ProblemException busy() {
    return new ProblemException(
        ProblemTypes.UNAVAILABLE, "Too many sign-ins at the moment.", Duration.ofSeconds(2));
  }
}
