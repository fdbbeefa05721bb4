package dev.dotori.points.member;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.toMap;

import dev.dotori.api.Ids;
import dev.dotori.events.MemberClosed;
import dev.dotori.points.database.Database;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/**
 * Who is a member, as far as points needs to know.
 *
 * <p>Known from events. A request may be faster than the event of its member; so who is not known
 * is asked for at the members service before anybody is refused.
 */
@ApplicationScoped
public class Members {

  private final Database database;
  private final MembersService service;
  private final Event<MembersLeft> left;

  Members(Database database, @RestClient MembersService service, Event<MembersLeft> left) {
    this.database = database;
    this.service = service;
    this.left = left;
  }

  /**
   * Which of the ids can earn: are members, and have not left. One query, and one question to the
   * members service when it does not know them all.
   *
   * @throws dev.dotori.api.problem.ProblemException 503 when there is one to ask for and the
   *     members service does not answer
   */
  public Set<UUID> payable(Collection<UUID> ids) {
    Map<UUID, Boolean> openById =
        database
            .list(
                "SELECT id, closed_at IS NULL FROM member WHERE id IN ("
                    + Database.placeholders(ids.size())
                    + ")",
                row -> Map.entry(row.id(1), row.bool(2)),
                ids.toArray())
            .stream()
            .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
    Set<UUID> payable = new HashSet<>();
    List<UUID> unknown = new ArrayList<>();
    for (UUID id : ids) {
      Boolean open = openById.get(id);
      if (open == null) {
        unknown.add(id);
      } else if (open) {
        payable.add(id);
      }
    }
    if (!unknown.isEmpty()) {
      payable.addAll(ask(unknown));
    }
    return payable;
  }

  /** Whether there is, or once was, a member of this id. */
  public boolean exists(UUID id) {
    return database.find("SELECT 1 FROM member WHERE id = ?", row -> true, id).isPresent()
        || !ask(List.of(id)).isEmpty();
  }

  private List<UUID> ask(List<UUID> ids) {
    MembersService.FoundMembers answer =
        MembersQuestions.ask(() -> service.lookup(new MembersService.MemberIds(ids)));
    List<UUID> found = answer.found().stream().map(MembersService.FoundMember::id).toList();
    add(found);
    return found;
  }

  /** Remembers members, unless they are known already; a closed one stays closed. */
  public void add(Collection<UUID> ids) {
    database.insert("INSERT IGNORE INTO member (id)", rows(ids), "");
  }

  /** Marks members as gone, the first time counts; and forgets what is personal. */
  void close(Collection<MemberClosed> closed) {
    database.insert(
        "INSERT INTO member (id, closed_at)",
        closed.stream()
            .sorted(comparing(MemberClosed::memberId, Ids.ORDER))
            .map(it -> new Object[] {it.memberId(), it.closedAt()})
            .toList(),
        "ON DUPLICATE KEY UPDATE closed_at = COALESCE(closed_at, VALUES(closed_at))");
    left.fire(
        new MembersLeft(
            closed.stream().map(MemberClosed::memberId).distinct().sorted(Ids.ORDER).toList()));
  }

  // In one order, here and in close, so that two transactions that write the same members don't
  // wait in a circle.
  private static List<Object[]> rows(Collection<UUID> ids) {
    return ids.stream().distinct().sorted(Ids.ORDER).map(id -> new Object[] {id}).toList();
  }
}
