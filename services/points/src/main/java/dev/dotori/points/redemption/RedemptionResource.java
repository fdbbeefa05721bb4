package dev.dotori.points.redemption;

import dev.dotori.api.Caller;
import dev.dotori.api.Role;
import dev.dotori.api.idempotency.Idempotent;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.UUID;

/** Redemptions over HTTP. */
@Path("/v1/points/redemptions")
@RunOnVirtualThread
public class RedemptionResource {

  private final Redemptions redemptions;
  private final Caller caller;

  RedemptionResource(Redemptions redemptions, Caller caller) {
    this.redemptions = redemptions;
    this.caller = caller;
  }

  /** Holds points of a member for the calling store. */
  @POST
  @RolesAllowed(Role.STORE_NAME)
  @Idempotent
  public Response hold(@NotNull @Valid RedemptionRequest request) {
    Redemption redemption = redemptions.hold(caller.id(), request);
    return Response.status(Response.Status.CREATED)
        .header("Location", URI.create("/v1/points/redemptions/" + redemption.id()))
        .entity(redemption)
        .build();
  }

  /** A redemption, for its store, its member and operators; others can't tell it from none. */
  @GET
  @Path("/{id}")
  @RolesAllowed({Role.STORE_NAME, Role.MEMBER_NAME, Role.OPERATOR_NAME})
  public Redemption get(@PathParam("id") UUID id) {
    return redemptions.find(id).filter(this::mayBeSeen).orElseThrow(RedemptionResource::notFound);
  }

  /** Spends the points; sent again, it answers the same. */
  @POST
  @Path("/{id}/capture")
  @RolesAllowed(Role.STORE_NAME)
  public Redemption capture(@PathParam("id") UUID id) {
    return redemptions.capture(caller.id(), id).orElseThrow(RedemptionResource::notFound);
  }

  /** Gives the points back; sent again, it answers the same. */
  @POST
  @Path("/{id}/cancel")
  @RolesAllowed(Role.STORE_NAME)
  public Redemption cancel(@PathParam("id") UUID id) {
    return redemptions.cancel(caller.id(), id).orElseThrow(RedemptionResource::notFound);
  }

  private boolean mayBeSeen(Redemption redemption) {
    return switch (caller.role()) {
      case OPERATOR -> true;
      case STORE -> redemption.storeId().equals(caller.id());
      case MEMBER -> redemption.memberId().equals(caller.id());
      case SERVICE -> false;
    };
  }

  private static ProblemException notFound() {
    return new ProblemException(ProblemTypes.NOT_FOUND, "There is no such redemption.");
  }
}
