package dev.dotori.members.account;

import dev.dotori.members.member.Members;
import dev.dotori.members.session.Sessions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.UUID;

/** Ends memberships. */
@ApplicationScoped
public class Leaving {

  private final Members members;
  private final Sessions sessions;

  Leaving(Members members, Sessions sessions) {
    this.members = members;
    this.sessions = sessions;
  }

  /**
   * Forgets the member here, ends all sessions, and tells the other services by an event, all in
   * one transaction. Leaving twice is no error and no second event.
   */
  @Transactional
  public void leave(UUID memberId) {
    members
        .lock(memberId)
        .ifPresent(member -> {
          members.forget(member);
          sessions.deleteOf(memberId);
        });
  }
}
