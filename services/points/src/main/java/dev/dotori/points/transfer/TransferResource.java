package dev.dotori.points.transfer;

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

/** Transfers over HTTP. */
@Path("/v1/points/transfers")
@RunOnVirtualThread
public class TransferResource {

  private final Transfers transfers;
  private final Caller caller;

  TransferResource(Transfers transfers, Caller caller) {
    this.transfers = transfers;
    this.caller = caller;
  }

  /** Gives points of the calling member to another. */
  @POST
  @RolesAllowed(Role.MEMBER_NAME)
  @Idempotent
  public Response transfer(@NotNull @Valid TransferRequest request) {
    Transfer transfer = transfers.transfer(caller.id(), request);
    return Response.status(Response.Status.CREATED).entity(transfer).build();
  }
}
