package dev.dotori.points.ledger;

import dev.dotori.api.Caller;
import dev.dotori.api.Role;
import dev.dotori.api.page.Page;
import dev.dotori.api.page.PageRequest;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.points.member.Members;
import dev.dotori.points.purchase.Purchases;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.UUID;

/** What the ledger says, over HTTP. */
@Path("/v1")
@RunOnVirtualThread
public class LedgerResource {

  private final Statements statements;
  private final TrialBalances trialBalances;
  private final Purchases purchases;
  private final Members members;
  private final Caller caller;

  LedgerResource(
      Statements statements,
      TrialBalances trialBalances,
      Purchases purchases,
      Members members,
      Caller caller) {
    this.statements = statements;
    this.trialBalances = trialBalances;
    this.purchases = purchases;
    this.members = members;
    this.caller = caller;
  }

  /** A member's points: for themselves, operators, and stores whose customer they are. */
  @GET
  @Path("/members/{id}/points")
  @RolesAllowed({Role.MEMBER_NAME, Role.OPERATOR_NAME, Role.STORE_NAME})
  public MemberPoints points(@PathParam("id") UUID memberId) {
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
    return statements.of(memberId);
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

  /** The ledger at this moment. */
  @GET
  @Path("/ledger/trial-balance")
  @RolesAllowed(Role.OPERATOR_NAME)
  public TrialBalance trialBalance() {
    return trialBalances.now();
  }

  private static ProblemException notFound() {
    return new ProblemException(ProblemTypes.NOT_FOUND, "There is no such member.");
  }
}
