package dev.dotori.members.session;

import dev.dotori.api.problem.ProblemException;
import dev.dotori.members.MembersProblems;
import dev.dotori.members.member.Member;
import dev.dotori.members.member.Members;
import dev.dotori.members.password.Passwords;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Tells a member by e-mail and password. */
@ApplicationScoped
public class SignIn {

  private final Members members;
  private final Passwords passwords;
  private final SignInThrottle throttle;

  SignIn(Members members, Passwords passwords, SignInThrottle throttle) {
    this.members = members;
    this.passwords = passwords;
    this.throttle = throttle;
  }

  /**
   * The member whose e-mail and password these are.
   *
   * @throws ProblemException 401, the same and after the same time for an e-mail that is nobody's
   *     and for a password that is wrong; 429 after too many failures
   */
  public Member member(String email, String password, String address) {
    SignInThrottle.Attempt attempt = throttle.begin(email, address);
    Optional<Member> member = members.ofEmail(email);
    String hash = member.map(found -> found.passwordHash).orElse(null);
    // No transaction is open here: hashing takes long, and a connection is not to wait for it.
    if (!passwords.matches(password, hash)) {
      throw refused();
    }
    throttle.succeeded(attempt);
    if (passwords.isOfAnotherCost(hash)) {
      // Only now is the password there to hash anew.
      members.rehash(member.orElseThrow().id, hash, passwords.rehash(password));
    }
    return member.orElseThrow();
  }

  /** The one refusal for everything that can be wrong with a sign-in. */
  static ProblemException refused() {
    return new ProblemException(
        MembersProblems.SIGN_IN_REFUSED, "The e-mail or the password is wrong.");
  }
}
