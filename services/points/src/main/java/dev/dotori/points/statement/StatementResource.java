package dev.dotori.points.statement;

import dev.dotori.api.Caller;
import dev.dotori.api.Role;
import dev.dotori.api.page.Page;
import dev.dotori.api.page.PageRequest;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.api.problem.ViolationException;
import dev.dotori.points.member.Members;
import dev.dotori.points.purchase.Purchases;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/** What the ledger says of a member, over HTTP. */
@Path("/v1")
@RunOnVirtualThread
public class StatementResource {

  private final Statements statements;
  private final Purchases purchases;
  private final Members members;
  private final Caller caller;

  StatementResource(Statements statements, Purchases purchases, Members members, Caller caller) {
    this.statements = statements;
    this.purchases = purchases;
    this.members = members;
    this.caller = caller;
  }

  /**
   * A member's points, now or at a time that is past: for themselves, operators, and stores whose
   * customer they are.
   */
  @GET
  @Path("/members/{id}/points")
  @RolesAllowed({Role.MEMBER_NAME, Role.OPERATOR_NAME, Role.STORE_NAME})
  public MemberPoints points(@PathParam("id") UUID memberId, @QueryParam("at") String at) {
    Optional<Instant> past = Optional.ofNullable(at).map(StatementResource::past);
    boolean visible =
        switch (caller.role()) {
          case MEMBER -> caller.isSelf(memberId);
          case OPERATOR -> members.exists(memberId);
          case STORE -> purchases.isCustomer(memberId, caller.id());
          case SERVICE -> false;
        };
    if (!visible) {
      throw notFound();
    }
    return past.map(time -> statements.at(memberId, time)).orElseGet(() -> statements.of(memberId));
  }

  /** The lines of a member's statement, newest first. */
  @GET
  @Path("/members/{id}/points/entries")
  @RolesAllowed({Role.MEMBER_NAME, Role.OPERATOR_NAME})
  public Page<StatementLine> entries(@PathParam("id") UUID memberId, @BeanParam PageRequest page) {
    if (!caller.is(Role.OPERATOR) && !caller.isSelf(memberId)) {
      throw notFound();
    }
    return statements.lines(memberId, page);
  }

  private static Instant past(String text) {
    try {
      Instant at = OffsetDateTime.parse(text).toInstant();
      if (!at.isAfter(Instant.now()) && !at.isBefore(Instant.EPOCH)) {
        return at.truncatedTo(ChronoUnit.MICROS);
      }
    } catch (DateTimeParseException notATime) {
      // answered below, as a time that is not past is
    }
    throw new ViolationException(
        "at", "must be a past time from 1970 on such as 2026-11-22T09:30:00Z");
  }

  private static ProblemException notFound() {
    return new ProblemException(ProblemTypes.NOT_FOUND, "There is no such member.");
  }
}
