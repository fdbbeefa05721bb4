package dev.dotori.posting.post;

import dev.dotori.api.Caller;
import dev.dotori.api.Role;
import dev.dotori.api.idempotency.Idempotent;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.api.problem.Violation;
import dev.dotori.api.problem.ViolationException;
import dev.dotori.posting.PostingConfig;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** One post: written, read, edited, removed. */
@RegisterForReflection(
    targets = {
      PostView.class,
      Post.Rejection.class,
      PostStatus.class,
      Visibility.class,
      Network.class
    })
@Path("/v1/posts")
@RunOnVirtualThread
public class PostResource {

  private final Writing writing;
  private final Reading reading;
  private final Caller caller;
  private final PostingConfig config;

  @Inject
  PostResource(Writing writing, Reading reading, Caller caller, PostingConfig config) {
    this.writing = writing;
    this.reading = reading;
    this.caller = caller;
    this.config = config;
  }

  /**
   * A post to be written.
   *
   * @param text up to 5,000 characters; may be left out when there are media
   * @param mediaIds up to 4 of the author's own, each once
   * @param visibility public unless said otherwise
   * @param shareTo networks, each once; for public posts
   * @param publishAt when; at once if left out or past
   */
  public record NewPost(
      String text,
      List<UUID> mediaIds,
      UUID storeId,
      UUID purchaseId,
      Visibility visibility,
      List<Network> shareTo,
      Instant publishAt) {

    /** Lists are never null, and what was left out has its default. */
    public NewPost {
      text = Objects.requireNonNullElse(text, "");
      mediaIds = Objects.requireNonNullElse(mediaIds, List.of());
      visibility = Objects.requireNonNullElse(visibility, Visibility.PUBLIC);
      shareTo = Objects.requireNonNullElse(shareTo, List.of());
    }
  }

  /** Another text for a post. */
  public record Change(@NotNull(message = "is needed") String text) {}

  /** A former text of a post. */
  public record EditView(String text, Instant replacedAt) {}

  @POST
  @RolesAllowed(Role.MEMBER_NAME)
  @Idempotent
  public Response write(@NotNull(message = "is needed") NewPost post) throws SQLException {
    requireValid(post);
    Post written =
        writing.write(
            new Writing.Draft(
                caller.id(),
                post.text(),
                post.mediaIds(),
                post.storeId(),
                post.purchaseId(),
                post.visibility(),
                post.shareTo(),
                post.publishAt()));
    return Response.created(URI.create("/v1/posts/" + written.id()))
        .entity(PostView.of(written, Reactions.Counts.NONE))
        .build();
  }

  @GET
  @Path("/{id}")
  @Authenticated
  public Response get(@PathParam("id") UUID id, @Context Request request) throws SQLException {
    Post post = reading.visible(id, caller);
    EntityTag tag = tag(post);
    Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
    return unchanged != null
        ? unchanged.tag(tag).build()
        : Response.ok(reading.view(post, caller)).tag(tag).build();
  }

  @PATCH
  @Path("/{id}")
  @RolesAllowed(Role.MEMBER_NAME)
  public Response edit(
      @PathParam("id") UUID id,
      @NotNull(message = "is needed") Change change,
      @Context Request request)
      throws SQLException {
    if (change == null || change.text() == null) {
      throw new ViolationException("text", "is needed");
    }
    requireFit(change.text());
    Post edited =
        writing.edit(
            caller.id(),
            id,
            change.text(),
            post -> request.evaluatePreconditions(tag(post)) == null);
    return Response.ok(reading.view(edited, caller)).tag(tag(edited)).build();
  }

  @DELETE
  @Path("/{id}")
  @RolesAllowed(Role.MEMBER_NAME)
  public void delete(@PathParam("id") UUID id) throws SQLException {
    writing.delete(caller.id(), id);
  }

  /** What the post said before, the latest first; for its author. */
  @GET
  @Path("/{id}/edits")
  @RolesAllowed(Role.MEMBER_NAME)
  public List<EditView> edits(@PathParam("id") UUID id) throws SQLException {
    Post post = reading.visible(id, caller);
    if (!caller.isSelf(post.authorId())) {
      throw new ProblemException(
          ProblemTypes.FORBIDDEN, "Only its author may see what a post said before.");
    }
    return reading.edits(id).stream()
        .map(edit -> new EditView(edit.text(), edit.replacedAt()))
        .toList();
  }

  private static EntityTag tag(Post post) {
    return new EntityTag(Integer.toString(post.version()));
  }

  private void requireValid(NewPost post) {
    List<Violation> violations = new ArrayList<>();
    if (length(post.text()) > Post.MAX_TEXT) {
      violations.add(tooLong());
    }
    if (post.text().isBlank() && post.mediaIds().isEmpty()) {
      violations.add(new Violation("text", "is needed, unless there are media"));
    }
    if (post.mediaIds().size() > Post.MAX_MEDIA) {
      violations.add(new Violation("mediaIds", "has at most " + Post.MAX_MEDIA));
    }
    requireDistinct("mediaIds", post.mediaIds(), violations);
    requireDistinct("shareTo", post.shareTo(), violations);
    if (!post.shareTo().isEmpty() && post.visibility() != Visibility.PUBLIC) {
      violations.add(new Violation("shareTo", "needs visibility to be public"));
    }
    if (post.publishAt() != null
        && post.publishAt().isAfter(Instant.now().plus(config.scheduleAhead()))) {
      violations.add(
          new Violation(
              "publishAt", "must be at most " + config.scheduleAhead().toDays() + " days ahead"));
    }
    if (!violations.isEmpty()) {
      throw new ViolationException(violations);
    }
  }

  private static void requireDistinct(String field, List<?> values, List<Violation> violations) {
    if (values.stream().anyMatch(Objects::isNull)) {
      violations.add(new Violation(field, "must not have null in it"));
    }
    if (new HashSet<>(values).size() < values.size()) {
      violations.add(new Violation(field, "must name each only once"));
    }
  }

  private static void requireFit(String text) {
    if (length(text) > Post.MAX_TEXT) {
      throw new ViolationException(List.of(tooLong()));
    }
  }

  private static Violation tooLong() {
    return new Violation("text", "has at most " + Post.MAX_TEXT + " characters");
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
