package dev.dotori.points.refund;

import dev.dotori.api.Caller;
import dev.dotori.api.Role;
import dev.dotori.api.idempotency.Idempotent;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.UUID;

/** Refunds over HTTP. */
@Path("/v1/purchases/{id}/refunds")
@RunOnVirtualThread
public class RefundResource {

  private final Refunds refunds;
  private final Caller caller;

  RefundResource(Refunds refunds, Caller caller) {
    this.refunds = refunds;
    this.caller = caller;
  }

  /** Refunds a purchase of the calling store, wholly or in part; the purchase tells how far. */
  @POST
  @RolesAllowed(Role.STORE_NAME)
  @Idempotent
  public Response refund(@PathParam("id") UUID purchaseId, @NotNull @Valid RefundRequest request) {
    Refund refund =
        refunds
            .refund(caller.id(), purchaseId, request)
            .orElseThrow(
                () -> new ProblemException(ProblemTypes.NOT_FOUND, "There is no such purchase."));
    return Response.accepted(refund)
        .header("Location", URI.create("/v1/purchases/" + purchaseId))
        .build();
  }
}
