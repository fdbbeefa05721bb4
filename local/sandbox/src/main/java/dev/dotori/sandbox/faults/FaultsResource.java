package dev.dotori.sandbox.faults;

import dev.dotori.sandbox.Network;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Locale;
import org.jboss.resteasy.reactive.RestQuery;

/** Switches faults on and off: {@code docs/sandbox.md} lists them. */
@Path("/faults")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class FaultsResource {

  private final Faults faults;

  public FaultsResource(Faults faults) {
    this.faults = faults;
  }

  @GET
  public List<FaultSwitch> list() {
    return faults.all();
  }

  /** 201, or 409 when too many are on already. */
  @POST
  public Response add(@Valid @NotNull FaultSwitch on) {
    if (!faults.add(on)) {
      return Response.status(Response.Status.CONFLICT).build();
    }
    return Response.status(Response.Status.CREATED).entity(on).build();
  }

  /** Switches off all faults, or those of one network. */
  @DELETE
  public void clear(@RestQuery String network) {
    faults.clear(network == null ? null : Network.valueOf(network.toUpperCase(Locale.ROOT)));
  }
}
