package dev.dotori.media.file;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dotori.api.Role;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.media.bucket.Bucket;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.UUID;

/** Files for the other services, which know themselves to whom they show what. */
@Path("/internal/media")
@RunOnVirtualThread
@RolesAllowed(Role.SERVICE_NAME)
public class InternalMediaResource {

  private final Manifests manifests;
  private final Bucket bucket;

  @Inject
  InternalMediaResource(Manifests manifests, Bucket bucket) {
    this.manifests = manifests;
    this.bucket = bucket;
  }

  /** A file and whose it is. */
  public record Owned(@JsonUnwrapped MediaView media, UUID ownerId) {}

  @GET
  @Path("/{id}")
  public Owned get(@PathParam("id") UUID id) {
    Manifest manifest = find(id);
    return new Owned(MediaView.of(manifest), manifest.ownerId());
  }

  @GET
  @Path("/{id}/content")
  public Response content(
      @PathParam("id") UUID id,
      @QueryParam("variant") @DefaultValue(Variant.ORIGINAL) String name) {
    Variant variant = find(id).variant(name).orElseThrow(InternalMediaResource::notFound);
    var content = bucket.open(Keys.variant(id, name)).orElseThrow(InternalMediaResource::notFound);
    return Response.ok(content, variant.contentType())
        .header(HttpHeaders.CONTENT_LENGTH, content.response().contentLength())
        .build();
  }

  private Manifest find(UUID id) {
    return manifests.find(id).orElseThrow(InternalMediaResource::notFound);
  }

  private static ProblemException notFound() {
    return new ProblemException(ProblemTypes.NOT_FOUND, "There is no such file or variant.");
  }
}
