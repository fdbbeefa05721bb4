package dev.dotori.posting.comment;

import dev.dotori.api.Caller;
import dev.dotori.api.Ids;
import dev.dotori.api.Role;
import dev.dotori.api.idempotency.Idempotent;
import dev.dotori.api.page.Cursor;
import dev.dotori.api.page.Page;
import dev.dotori.api.page.PageRequest;
import dev.dotori.api.problem.ViolationException;
import dev.dotori.posting.author.Authors;
import dev.dotori.posting.post.Reading;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** What members say to a post that they may see. */
@RegisterForReflection(targets = Comment.class)
@Path("/v1/posts/{postId}/comments")
@RunOnVirtualThread
public class CommentResource {

  private final Comments comments;
  private final Reading posts;
  private final Authors authors;
  private final Caller caller;

  @Inject
  CommentResource(Comments comments, Reading posts, Authors authors, Caller caller) {
    this.comments = comments;
    this.posts = posts;
    this.authors = authors;
    this.caller = caller;
  }

  /** A comment to be made; up to 2,000 characters. */
  public record NewComment(@NotBlank(message = "is needed") String text) {}

  @POST
  @RolesAllowed(Role.MEMBER_NAME)
  @Idempotent
  public Response comment(
      @PathParam("postId") UUID postId, @Valid @NotNull(message = "is needed") NewComment comment)
      throws SQLException {
    String text = comment.text();
    if (text.codePointCount(0, text.length()) > Comment.MAX_TEXT) {
      throw new ViolationException("text", "has at most " + Comment.MAX_TEXT + " characters");
    }
    authors.requireOpen(caller.id());
    posts.hold(postId, caller);
    Comment made =
        new Comment(
            Ids.next(), postId, caller.id(), text, Instant.now().truncatedTo(ChronoUnit.MICROS));
    comments.insert(made);
    return Response.created(URI.create("/v1/posts/" + postId + "/comments")).entity(made).build();
  }

  @GET
  @Authenticated
  public Page<Comment> list(@PathParam("postId") UUID postId, @BeanParam PageRequest page)
      throws SQLException {
    posts.visible(postId, caller);
    return Page.of(
        comments.of(postId, page.cursor().map(cursor -> cursor.id(0)), page.limit() + 1),
        page,
        comment -> Cursor.of(comment.id()));
  }
}
