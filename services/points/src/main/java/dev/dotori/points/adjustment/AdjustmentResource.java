package dev.dotori.points.adjustment;

import dev.dotori.api.Caller;
import dev.dotori.api.Role;
import dev.dotori.api.idempotency.Idempotent;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;

/** Adjustments over HTTP. */
@Path("/v1/points/adjustments")
@RunOnVirtualThread
public class AdjustmentResource {

  private final Adjustments adjustments;
  private final Caller caller;

  AdjustmentResource(Adjustments adjustments, Caller caller) {
    this.adjustments = adjustments;
    this.caller = caller;
  }

  /** Gives points to a member, or takes them. */
  @POST
  @RolesAllowed(Role.OPERATOR_NAME)
  @Idempotent
  public Response adjust(@NotNull @Valid AdjustmentRequest request) {
    Adjustment adjustment = adjustments.adjust(caller.name(), request);
    return Response.status(Response.Status.CREATED).entity(adjustment).build();
  }
}
