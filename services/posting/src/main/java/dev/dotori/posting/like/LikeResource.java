package dev.dotori.posting.like;

import dev.dotori.api.Caller;
import dev.dotori.api.Role;
import dev.dotori.posting.author.Authors;
import dev.dotori.posting.post.Reading;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.sql.SQLException;
import java.util.UUID;

/** A member's like of a post that they may see. */
@Path("/v1/posts/{postId}/like")
@RolesAllowed(Role.MEMBER_NAME)
@RunOnVirtualThread
public class LikeResource {

  private final Likes likes;
  private final Reading posts;
  private final Authors authors;
  private final Caller caller;

  @Inject
  LikeResource(Likes likes, Reading posts, Authors authors, Caller caller) {
    this.likes = likes;
    this.posts = posts;
    this.authors = authors;
    this.caller = caller;
  }

  @PUT
  @Transactional
  public void like(@PathParam("postId") UUID postId) throws SQLException {
    authors.requireOpen(caller.id());
    posts.hold(postId, caller);
    likes.add(postId, caller.id());
  }

  @DELETE
  @Transactional
  public void unlike(@PathParam("postId") UUID postId) throws SQLException {
    posts.visible(postId, caller);
    likes.remove(postId, caller.id());
  }
}
