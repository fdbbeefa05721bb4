package dev.dotori.gateway.ops.workload;

import dev.dotori.api.Role;
import dev.dotori.api.page.Page;
import dev.dotori.api.problem.ViolationException;
import dev.dotori.gateway.ops.OpsConfig;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.Request;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/** The processes of this installation: how they stand, and how many of each there are. */
@Path("/v1/ops/services")
@RolesAllowed(Role.OPERATOR_NAME)
@RunOnVirtualThread
public class WorkloadResource {

  /** Scaled to nothing it could not be told to come back. */
  private static final String GATEWAY = "gateway";

  private final Platform platform;
  private final OpsConfig config;

  @Inject
  WorkloadResource(Platform platform, OpsConfig config) {
    this.platform = platform;
    this.config = config;
  }

  @GET
  public Page<Workload> list() {
    return new Page<>(platform.workloads(), null);
  }

  @PUT
  @Path("/{name}/scale")
  public RestResponse<Workload> scale(
      @PathParam("name") String name, @NotNull @Valid Scale scale, @Context Request request) {
    int fewest = name.equals(GATEWAY) ? 1 : 0;
    if (scale.replicas() < fewest || scale.replicas() > config.maxReplicas()) {
      throw new ViolationException(
          "replicas", "must be from %d to %d for %s".formatted(fewest, config.maxReplicas(), name));
    }
    Workload scaled =
        platform.scale(
            name,
            scale.replicas(),
            version -> request.evaluatePreconditions(new EntityTag(version)) == null);
    return ResponseBuilder.ok(scaled).tag(scaled.version()).build();
  }

  /** How many replicas there shall be. */
  public record Scale(@NotNull Integer replicas) {}
}
