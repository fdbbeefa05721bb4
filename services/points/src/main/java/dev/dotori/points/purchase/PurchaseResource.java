package dev.dotori.points.purchase;

import dev.dotori.api.Caller;
import dev.dotori.api.Role;
import dev.dotori.api.idempotency.Idempotent;
import dev.dotori.api.page.Page;
import dev.dotori.api.page.PageRequest;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.UUID;

/** Purchases over HTTP. */
@Path("/v1")
@RunOnVirtualThread
public class PurchaseResource {

  private final Purchases purchases;
  private final Caller caller;

  PurchaseResource(Purchases purchases, Caller caller) {
    this.purchases = purchases;
    this.caller = caller;
  }

  /** Records a purchase of the calling store; its points follow. */
  @POST
  @Path("/purchases")
  @RolesAllowed(Role.STORE_NAME)
  @Idempotent
  public Response record(@NotNull @Valid PurchaseRequest request) {
    Purchase purchase = purchases.record(caller.id(), request);
    return Response.accepted(purchase)
        .header("Location", URI.create("/v1/purchases/" + purchase.id()))
        .build();
  }

  /** What a purchase would earn, and who; writes nothing. */
  @POST
  @Path("/points/preview")
  @RolesAllowed(Role.STORE_NAME)
  public Earning preview(@NotNull @Valid PurchaseRequest request) {
    return purchases.preview(caller.id(), request);
  }

  /** A purchase, for its store, its participants and operators; others can't tell it from none. */
  @GET
  @Path("/purchases/{id}")
  @RolesAllowed({Role.STORE_NAME, Role.MEMBER_NAME, Role.OPERATOR_NAME})
  public Purchase get(@PathParam("id") UUID id) {
    return purchases.find(id).filter(this::mayBeSeen).orElseThrow(PurchaseResource::notFound);
  }

  /** The purchases that a member made or shares, newest first. */
  @GET
  @Path("/members/{id}/purchases")
  @RolesAllowed({Role.MEMBER_NAME, Role.OPERATOR_NAME})
  public Page<Purchase> ofMember(@PathParam("id") UUID memberId, @BeanParam PageRequest page) {
    if (!caller.is(Role.OPERATOR) && !caller.isSelf(memberId)) {
      throw notFound();
    }
    return purchases.ofMember(memberId, page);
  }

  private boolean mayBeSeen(Purchase purchase) {
    return switch (caller.role()) {
      case OPERATOR -> true;
      case STORE -> purchase.storeId().equals(caller.id());
      case MEMBER -> purchase.isSharedBy(caller.id());
      case SERVICE -> false;
    };
  }

  private static ProblemException notFound() {
    return new ProblemException(ProblemTypes.NOT_FOUND, "There is no such purchase or member.");
  }
}
