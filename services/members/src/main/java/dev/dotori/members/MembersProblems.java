package dev.dotori.members;

import dev.dotori.api.problem.ProblemType;

/** The problem types of this service; docs/problems.md says what a client does about each. */
public final class MembersProblems {

  public static final ProblemType EMAIL_TAKEN =
      new ProblemType("email-taken", 409, "The e-mail belongs to a member already");
  public static final ProblemType SIGN_IN_REFUSED =
      new ProblemType("sign-in-refused", 401, "The e-mail or the password is wrong");
  public static final ProblemType TOO_MANY_SIGN_INS =
      new ProblemType("too-many-sign-ins", 429, "Too many sign-ins failed");
  public static final ProblemType SESSION_OVER =
      new ProblemType("session-over", 401, "The session is over");
  public static final ProblemType CLAIM_OVER =
      new ProblemType("claim-over", 404, "The token sets no password");

  private MembersProblems() {}
}
