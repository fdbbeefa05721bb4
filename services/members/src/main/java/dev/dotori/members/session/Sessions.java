package dev.dotori.members.session;

import dev.dotori.api.Ids;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.members.MembersConfig;
import dev.dotori.members.member.Members;
import dev.dotori.members.secret.Secret;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Members' sessions, kept going by refresh tokens that are good for one exchange each. */
@ApplicationScoped
public class Sessions {

  private static final Logger LOG = Logger.getLogger(Sessions.class);

  private final Members members;
  private final MembersConfig.Session config;

  Sessions(Members members, MembersConfig config) {
    this.members = members;
    this.config = config.session();
  }

  /**
   * Begins a session for a member who has shown the password.
   *
   * @throws ProblemException 401 when the member has left meanwhile
   */
  @Transactional
  public Grant begin(UUID memberId) {
    // Locked: a session that begins while the membership is closed would outlive it.
    members.lock(memberId).orElseThrow(SignIn::refused);
    Instant now = now();
    Session session = new Session();
    session.id = Ids.next();
    session.memberId = memberId;
    session.createdAt = now;
    session.expiresAt = now.plus(config.lifetime());
    session.persist();
    return grant(session, now);
  }

  /**
   * Exchanges a refresh token for the next one. A token that was exchanged before has been copied,
   * by whom can't be told: then the session ends, and with it every token of its family.
   *
   * @return nothing when the token is unknown, expired or spent, or its session is over. Not an
   *     exception, since the end of a session has to be committed.
   */
  @Transactional
  public Optional<Grant> refresh(Secret token) {
    Instant now = now();
    RefreshToken presented = RefreshToken.lock(token).orElse(null);
    if (presented == null || presented.session.isOver(now)) {
      return Optional.empty();
    }
    if (presented.spentAt != null) {
      LOG.warnf("Session %s ended: a spent refresh token came back", presented.session.id);
      presented.session.end(now);
      return Optional.empty();
    }
    if (!now.isBefore(presented.expiresAt)) {
      return Optional.empty();
    }
    presented.spentAt = now;
    return Optional.of(grant(presented.session, now));
  }

  /** Deletes all sessions of a member, and their refresh tokens with them. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void deleteOf(UUID memberId) {
    Session.delete("memberId", memberId);
  }

  /** Ends the session, if it is the member's. Ending it twice is no error. */
  @Transactional
  public void end(UUID sessionId, UUID memberId) {
    Session.update(
        "endedAt = ?1 where id = ?2 and memberId = ?3 and endedAt is null",
        now(),
        sessionId,
        memberId);
  }

  private Grant grant(Session session, Instant now) {
    Secret secret = Secret.random();
    RefreshToken token = new RefreshToken();
    token.tokenHash = secret.hash();
    token.session = session;
    token.expiresAt = earlier(now.plus(config.idle()), session.expiresAt);
    token.persist();
    return new Grant(session.id, session.memberId, secret);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }

  /** What lets a member go on: the refresh token is nowhere else. */
  public record Grant(UUID sessionId, UUID memberId, Secret refreshToken) {}
}
