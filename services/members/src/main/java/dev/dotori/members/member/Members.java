package dev.dotori.members.member;

import dev.dotori.api.Ids;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.events.MemberClosed;
import dev.dotori.events.MemberRegistered;
import dev.dotori.members.MembersProblems;
import dev.dotori.outbox.Outbox;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntPredicate;
import org.hibernate.exception.ConstraintViolationException;

/** Registers members and keeps what is known of them. */
@ApplicationScoped
public class Members {

  private final Outbox outbox;

  Members(Outbox outbox) {
    this.outbox = outbox;
  }

  /**
   * Registers a member.
   *
   * @param email in its normal form
   * @param passwordHash or null for one who is enrolled at a till
   * @throws ProblemException 409 when the e-mail is a member's already
   */
  @Transactional
  public Member register(String email, String displayName, String passwordHash) {
    Member member = new Member();
    member.id = Ids.next();
    member.email = email;
    member.displayName = displayName;
    member.passwordHash = passwordHash;
    member.version = 1;
    // What the database keeps, so that this answer and a later read agree.
    member.createdAt = Instant.now().truncatedTo(ChronoUnit.MICROS);
    try {
      // The unique index decides, not a look beforehand: of two at once, one must lose.
      member.persistAndFlush();
    } catch (ConstraintViolationException taken) {
      throw new ProblemException(
          MembersProblems.EMAIL_TAKEN, "A member with this e-mail exists already.");
    }
    outbox.add(new MemberRegistered(member.id, displayName, member.createdAt));
    return member;
  }

  /**
   * The member.
   *
   * @throws ProblemException 404 without such a member
   */
  @Transactional
  public Member get(UUID id) {
    return Member.ofId(id).orElseThrow(Members::unknown);
  }

  /** The member of the address, if there is one. */
  @Transactional
  public Optional<Member> ofEmail(String email) {
    return Member.ofEmail(email);
  }

  /** Those of the ids that are members. */
  @Transactional
  public List<Member> ofIds(Collection<UUID> ids) {
    return Member.ofIds(ids);
  }

  /**
   * Changes the name that a member shows.
   *
   * @param expected whether the version is one that the caller wants to change
   * @throws ProblemException 404 without such a member, 412 when the version is not the expected
   */
  @Transactional
  public Member rename(UUID id, String displayName, IntPredicate expected) {
    // Locked, so that of two changes at once the second sees the first.
    Member member = lock(id).orElseThrow(Members::unknown);
    if (!expected.test(member.version)) {
      throw new ProblemException(ProblemTypes.STALE, "The member has changed since it was read.");
    }
    if (displayName != null && !displayName.equals(member.displayName)) {
      member.displayName = displayName;
      member.version++;
    }
    return member;
  }

  /**
   * Forgets the person; the row and its id stay.
   *
   * @param member locked by this transaction
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void forget(Member member) {
    member.closedAt = Instant.now().truncatedTo(ChronoUnit.MICROS);
    member.email = null;
    member.displayName = null;
    member.passwordHash = null;
    member.version++;
    outbox.add(new MemberClosed(member.id, member.closedAt));
  }

  /** The member, unless they left; locked, so that they can't leave before the transaction ends. */
  @Transactional(Transactional.TxType.MANDATORY)
  public Optional<Member> lock(UUID id) {
    return Member.lock(id).filter(member -> member.closedAt == null);
  }

  /** Stores the password hash anew, unless the password was changed meanwhile. */
  @Transactional
  public void rehash(UUID id, String oldHash, String newHash) {
    Member.update("passwordHash = ?1 where id = ?2 and passwordHash = ?3", newHash, id, oldHash);
  }

  private static ProblemException unknown() {
    return new ProblemException(ProblemTypes.NOT_FOUND, "There is no such member.");
  }
}
