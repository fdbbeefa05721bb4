package dev.dotori.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class TestProgressTest {
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final TestProgress progress =
      new TestProgress(new Console(new PrintStream(output, true), false));

  @Test
  void sumsUpModulesAndKeepsWhatFailed() {
    """
    [INFO] Building Dotori events 0.1.0-SNAPSHOT                              [2/3]
    [INFO] Running dev.dotori.events.EventTest
    [INFO] Tests run: 4, Failures: 0, Errors: 0, Skipped: 1, Time elapsed: 0.2 s -- in dev.dotori.events.EventTest
    [WARNING] Tests run: 4, Failures: 0, Errors: 0, Skipped: 1
    [INFO] Building Dotori points service 0.1.0-SNAPSHOT                      [3/3]
    [ERROR] Tests run: 3, Failures: 1, Errors: 1, Skipped: 0, Time elapsed: 0.2 s <<< FAILURE! -- in dev.dotori.points.SplitTest
    [ERROR] dev.dotori.points.SplitTest.sumsToEarned -- Time elapsed: 0.1 s <<< FAILURE!
    java.lang.AssertionError: expected 5 but was 4

    [ERROR] Tests run: 3, Failures: 1, Errors: 1, Skipped: 0
    [ERROR] Failed to execute goal surefire on project dotori-points: There are test failures.
    """
        .lines()
        .forEach(progress::accept);
    progress.finish();

    assertThat(progress.sum()).isEqualTo("4 passed, 2 failed, 1 skipped");
    assertThat(progress.errors())
        .contains(
            "java.lang.AssertionError: expected 5 but was 4",
            "[ERROR] Failed to execute goal surefire on project dotori-points: There are test"
                + " failures.");
    assertThat(output.toString())
        .containsPattern("2/3 +Dotori events +4 tests")
        .containsPattern("3/3 +Dotori points service +3 tests");
  }

  @Test
  void testsOfWhatIsPackagedCountWithTheOthersOfTheirModule() {
    """
    [INFO] Building Dotori points 0.1.0-SNAPSHOT                              [1/1]
    [INFO] --- surefire:3.5.4:test (default-test) @ dotori-points ---
    [INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0
    [INFO] --- failsafe:3.5.4:integration-test (default) @ dotori-points ---
    [INFO] Running dev.dotori.points.PointsIT
    [ERROR] dev.dotori.points.PointsIT.aPurchaseIsDistributed -- Time elapsed: 0.1 s <<< FAILURE!
    java.lang.AssertionError: expected 5 but was 4

    [ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0
    """
        .lines()
        .forEach(progress::accept);
    progress.finish();

    assertThat(progress.sum()).isEqualTo("4 passed, 1 failed, 0 skipped");
    assertThat(progress.errors()).contains("java.lang.AssertionError: expected 5 but was 4");
    assertThat(output.toString()).containsPattern("1/1 +Dotori points +5 tests");
  }

  @Test
  void aModuleWithoutTestsIsCalledSo() {
    progress.accept("[INFO] Building Dotori 0.1.0-SNAPSHOT                     [1/3]");
    progress.finish();

    assertThat(output.toString()).contains("no tests");
    assertThat(progress.passed()).isZero();
  }
}
