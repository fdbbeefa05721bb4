package dev.dotori.members.claim;

import dev.dotori.api.problem.ProblemException;
import dev.dotori.members.MembersConfig;
import dev.dotori.members.MembersProblems;
import dev.dotori.members.member.Member;
import dev.dotori.members.member.Members;
import dev.dotori.members.secret.Secret;
import dev.dotori.members.session.Sessions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Optional;

/** Tokens by which who reads an e-mail's mails sets the password of its member. */
@ApplicationScoped
public class Claims {

  private final Members members;
  private final Sessions sessions;
  private final MembersConfig.Claims config;

  Claims(Members members, Sessions sessions, MembersConfig config) {
    this.members = members;
    this.sessions = sessions;
    this.config = config.claims();
  }

  /** A token for the member of the address, if there is one. */
  @Transactional
  public Optional<Secret> issue(String email, Instant now) {
    return members.ofEmail(email).map(member -> issue(member, now));
  }

  /**
   * Refuses a token that sets nothing.
   *
   * @throws ProblemException 404 when the token is unknown, used or expired
   */
  @Transactional
  public void check(Secret token) {
    if (Claim.valid(token, Instant.now()).isEmpty()) {
      throw over();
    }
  }

  /**
   * Sets the password. Every session ends, since whoever began them may not be the one who reads
   * the mails; and so do the member's other tokens.
   *
   * @throws ProblemException 404 when the token is unknown, used or expired
   */
  @Transactional
  public void setPassword(Secret token, String passwordHash) {
    Claim claim = Claim.valid(token, Instant.now()).orElseThrow(Claims::over);
    Member member = members.lock(claim.memberId).orElseThrow(Claims::over);
    // Deleting under the member's lock decides: of two uses at once, the second deletes nothing.
    if (Claim.delete("tokenHash = ?1", token.hash()) == 0) {
      throw over();
    }
    Claim.delete("memberId = ?1", member.id);
    member.passwordHash = passwordHash;
    sessions.deleteOf(member.id);
  }

  private Secret issue(Member member, Instant now) {
    Secret token = Secret.random();
    Claim claim = new Claim();
    claim.tokenHash = token.hash();
    claim.memberId = member.id;
    claim.expiresAt = now.plus(config.lifetime());
    claim.persist();
    return token;
  }

  private static ProblemException over() {
    return new ProblemException(
        MembersProblems.CLAIM_OVER, "The token is unknown, was used, or has expired.");
  }
}
