package dev.dotori.points.ledger;

import dev.dotori.api.Role;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** The ledger as a whole, over HTTP. */
@Path("/v1/ledger")
@RunOnVirtualThread
public class LedgerResource {

  private final TrialBalances trialBalances;

  LedgerResource(TrialBalances trialBalances) {
    this.trialBalances = trialBalances;
  }

  /** The ledger at this moment. */
  @GET
  @Path("/trial-balance")
  @RolesAllowed(Role.OPERATOR_NAME)
  public TrialBalance trialBalance() {
    return trialBalances.now();
  }
}
