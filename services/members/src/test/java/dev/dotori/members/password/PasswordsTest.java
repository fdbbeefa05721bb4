package dev.dotori.members.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dotori.api.problem.ViolationException;
import dev.dotori.members.TestConfig;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PasswordsTest {

  private static final String PASSWORD = "correct horse battery staple";

  private final Passwords passwords = passwords("4");

  @Test
  void onlyTheSamePasswordMatches() {
    String hash = passwords.hash(PASSWORD);

    assertThat(passwords.matches(PASSWORD, hash)).isTrue();
    assertThat(passwords.matches(PASSWORD + " ", hash)).isFalse();
    assertThat(passwords.matches(PASSWORD.toUpperCase(), hash)).isFalse();
    assertThat(passwords.matches("", hash)).isFalse();
  }

  @Test
  void nothingMatchesWhereThereIsNoPassword() {
    assertThat(passwords.matches(PASSWORD, null)).isFalse();
    assertThat(passwords.matches("decoy", null)).isFalse();
    assertThat(passwords.matches("", null)).isFalse();
  }

  @Test
  void theSamePasswordNeverHasTheSameHash() {
    assertThat(passwords.hash(PASSWORD)).isNotEqualTo(passwords.hash(PASSWORD));
  }

  @Test
  void whatTheHashDoesNotCoverIsRefused() {
    String longest = "a".repeat(Passwords.MAX_BYTES);
    String hash = passwords.hash(longest);

    assertThat(passwords.matches(longest, hash)).isTrue();
    assertThat(passwords.matches(longest + "b", hash)).isFalse();
    assertThatThrownBy(() -> passwords.hash(longest + "b")).isInstanceOf(ViolationException.class);
  }

  @Test
  void charactersAreCountedAndNotTheirHalves() {
    assertThat(passwords.hash("🌰".repeat(8))).isNotEmpty();
    assertThatThrownBy(() -> passwords.hash("🌰".repeat(7))).isInstanceOf(ViolationException.class);
  }

  @Test
  void noPasswordTakesAsLongAsAWrongOne() {
    Passwords slow = passwords("9");
    String hash = slow.hash(PASSWORD);

    long wrong = medianNanos(() -> slow.matches("wrong", hash));
    long none = medianNanos(() -> slow.matches("wrong", null));

    // Without hashing it would be thousands of times faster; a busy machine can do this much.
    assertThat((double) none / wrong).isBetween(0.2, 5.0);
  }

  private static long medianNanos(Runnable action) {
    long[] nanos = new long[9];
    for (int i = 0; i < nanos.length; i++) {
      long start = System.nanoTime();
      action.run();
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    return nanos[nanos.length / 2];
  }

  private static Passwords passwords(String cost) {
    return new Passwords(TestConfig.with(Map.of("dotori.members.password.cost", cost)));
  }
}
