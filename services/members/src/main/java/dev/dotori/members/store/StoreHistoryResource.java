package dev.dotori.members.store;

import dev.dotori.api.Role;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** For services that meet a store before its event has reached them. */
@Path("/internal/stores")
@RolesAllowed(Role.SERVICE_NAME)
@RunOnVirtualThread
public class StoreHistoryResource {

  private final Stores stores;

  StoreHistoryResource(Stores stores) {
    this.stores = stores;
  }

  @GET
  @Path("{id}")
  @Operation(hidden = true)
  public HistoryBody get(@PathParam("id") UUID id) {
    Stores.StoreHistory history = stores.history(id);
    return new HistoryBody(
        history.store().id,
        history.store().name,
        history.store().currency,
        history.programs().stream().map(StoreResource.ProgramBody::of).toList());
  }

  /** A store with all its programs, oldest first. */
  public record HistoryBody(
      UUID id, String name, String currency, List<StoreResource.ProgramBody> programs) {}
}
