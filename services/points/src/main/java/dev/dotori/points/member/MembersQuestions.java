package dev.dotori.points.member;

import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import jakarta.ws.rs.WebApplicationException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Asks the members service something that a request can't do without. */
public final class MembersQuestions {

  private static final Logger LOG = Logger.getLogger(MembersQuestions.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private MembersQuestions() {}

  /**
   * Its answer.
   *
   * @throws WebApplicationException 404 as the service gave it
   * @throws ProblemException 503 with {@code Retry-After} when it can't be asked
   */
  public static <T> T ask(Supplier<T> question) {
    try {
      return question.get();
    } catch (WebApplicationException refused) {
      if (refused.getResponse().getStatus() == 404) {
        throw refused;
      }
      throw unavailable(refused);
    } catch (RuntimeException unreachable) {
      throw unavailable(unreachable);
    }
  }

  private static ProblemException unavailable(RuntimeException cause) {
    LOG.warnf("the members service can't be asked: %s", cause);
    return new ProblemException(
        ProblemTypes.UNAVAILABLE,
        "A member or store is not known here yet, and the members service does not answer.",
        RETRY_AFTER);
  }
}
