package dev.dotori.media.file;

import dev.dotori.api.Caller;
import dev.dotori.api.Role;
import dev.dotori.api.idempotency.Idempotent;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.api.problem.ViolationException;
import dev.dotori.media.MediaConfig;
import dev.dotori.media.bucket.SignedUrls;
import dev.dotori.media.inspection.FileType;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.CacheControl;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;

/** Photos and documents: announced here, sent straight to S3, shown when they were checked. */
@Path("/v1/media")
@RunOnVirtualThread
public class MediaResource {

  private final MediaFiles files;
  private final SignedUrls urls;
  private final Caller caller;
  private final MediaConfig config;

  @Inject
  MediaResource(MediaFiles files, SignedUrls urls, Caller caller, MediaConfig config) {
    this.files = files;
    this.urls = urls;
    this.caller = caller;
    this.config = config;
  }

  /**
   * A file to be sent.
   *
   * @param size in bytes; just as many must be sent
   * @param sha256 of the bytes, 64 lower-case hexadecimal digits
   */
  public record NewFile(
      @NotBlank(message = "is needed") @Size(max = 255, message = "has at most 255 characters")
          String fileName,
      @NotNull(message = "is needed") String contentType,
      @NotNull(message = "is needed") @Positive(message = "must be at least 1") Long size,
      @NotNull(message = "is needed")
          @Pattern(regexp = "[0-9a-f]{64}", message = "must be 64 lower-case hexadecimal digits")
          String sha256) {}

  /** A file that awaits its bytes. */
  public record Awaiting(UUID id, MediaStatus status, SignedUrls.Upload upload) {}

  /** What became of a call that has more to come. */
  public record Accepted(UUID id, MediaStatus status) {}

  @POST
  @RolesAllowed(Role.MEMBER_NAME)
  @Idempotent
  public Response announce(@Valid @NotNull(message = "is needed") NewFile file) {
    if (!FileType.CONTENT_TYPES.contains(file.contentType())) {
      throw new ViolationException(
          "contentType",
          "must be one of " + String.join(", ", FileType.CONTENT_TYPES.stream().sorted().toList()));
    }
    if (file.size() > config.limits().size()) {
      throw new ViolationException("size", "must be at most " + config.limits().size());
    }
    MediaFiles.Announced announced =
        files.announce(
            caller.id(), file.fileName(), file.contentType(), file.size(), file.sha256());
    Manifest manifest = announced.manifest();
    return Response.created(URI.create("/v1/media/" + manifest.id()))
        .entity(new Awaiting(manifest.id(), manifest.status(), announced.upload()))
        .build();
  }

  @POST
  @Path("/{id}/complete")
  @RolesAllowed(Role.MEMBER_NAME)
  public Response complete(@PathParam("id") UUID id) {
    Manifest manifest = files.complete(caller.id(), id);
    return Response.accepted(new Accepted(id, manifest.status())).build();
  }

  @GET
  @Path("/{id}")
  @Authenticated
  public MediaView get(@PathParam("id") UUID id) {
    return MediaView.of(files.visible(self(), id));
  }

  @GET
  @Path("/{id}/content")
  @Authenticated
  public Response content(
      @PathParam("id") UUID id,
      @QueryParam("variant") @DefaultValue(Variant.ORIGINAL) String name) {
    Manifest manifest = files.visible(self(), id);
    if (manifest.variant(name).isEmpty()) {
      throw new ProblemException(
          ProblemTypes.NOT_FOUND, "The file has no such variant, or is not ready.");
    }
    // The redirect is the permission, so no cache may hand it to another.
    CacheControl privately = new CacheControl();
    privately.setNoStore(true);
    return Response.status(Response.Status.FOUND)
        .location(urls.content(Keys.variant(id, name)))
        .cacheControl(privately)
        .build();
  }

  @DELETE
  @Path("/{id}")
  @RolesAllowed(Role.MEMBER_NAME)
  public void delete(@PathParam("id") UUID id) {
    files.delete(caller.id(), id);
  }

  private Optional<UUID> self() {
    return caller.is(Role.MEMBER) ? Optional.of(caller.id()) : Optional.empty();
  }
}
