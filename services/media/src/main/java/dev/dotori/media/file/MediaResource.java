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
import io.quarkus.runtime.annotations.RegisterForReflection;
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
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.CacheControl;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.multipart.FileUpload;

/** Photos and documents: announced here, sent straight to S3, shown when they were checked. */
@RegisterForReflection(
    targets = {MediaResource.Awaiting.class, MediaResource.Accepted.class, SignedUrls.Upload.class})
@Path("/v1/media")
@RunOnVirtualThread
public class MediaResource {

  private static final int MAX_FILE_NAME = 255;

  /** Bytes of the largest file that {@code POST /v1/media/files} takes. */
  private static final long MAX_SENT_FILE = 10 << 20;

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
      @NotBlank(message = "is needed")
          @Size(max = MAX_FILE_NAME, message = "has at most 255 characters")
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

  /** The way for small clients: one call with one file, which is written to disk as it comes. */
  @POST
  @Path("/files")
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @RolesAllowed(Role.MEMBER_NAME)
  public Response send(@RestForm(FileUpload.ALL) List<FileUpload> sent) throws IOException {
    if (sent.size() != 1) {
      throw new ViolationException("file", "is needed: one file and no more");
    }
    FileUpload file = sent.getFirst();
    if (file.size() < 1 || file.size() > MAX_SENT_FILE) {
      throw new ViolationException(
          "file", "must have 1 to " + MAX_SENT_FILE + " bytes; announce a larger one instead");
    }
    Manifest manifest =
        files.take(caller.id(), fileName(file), file.contentType(), file.uploadedFile());
    return Response.accepted(new Accepted(manifest.id(), manifest.status()))
        .location(URI.create("/v1/media/" + manifest.id()))
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

  private static String fileName(FileUpload file) {
    String name = file.fileName();
    if (name == null || name.isBlank()) {
      return "file";
    }
    return name.substring(0, Math.min(name.length(), MAX_FILE_NAME));
  }

  private Optional<UUID> self() {
    return caller.is(Role.MEMBER) ? Optional.of(caller.id()) : Optional.empty();
  }
}
