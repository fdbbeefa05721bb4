package dev.dotori.posting.post;

import dev.dotori.api.Caller;
import dev.dotori.api.Role;
import dev.dotori.api.page.Cursor;
import dev.dotori.api.page.Page;
import dev.dotori.api.page.PageRequest;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.api.problem.ViolationException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What callers get to see of posts. */
@ApplicationScoped
public class Reading {

  // Nobody's id: a store's or operator's like there is none.
  private static final UUID NO_MEMBER = new UUID(0, 0);

  private final Posts posts;
  private final Reactions reactions;

  @Inject
  Reading(Posts posts, Reactions reactions) {
    this.posts = posts;
    this.reactions = reactions;
  }

  /**
   * A post that the caller may see.
   *
   * @throws ProblemException 404 otherwise
   */
  public Post visible(UUID id, Caller caller) throws SQLException {
    return requireVisible(posts.find(id), caller);
  }

  /**
   * The same, and the post stays until the transaction ends.
   *
   * @throws ProblemException 404 when the caller may not see it
   */
  public Post hold(UUID id, Caller caller) throws SQLException {
    return requireVisible(posts.hold(id), caller);
  }

  /** The post as the caller sees it. */
  PostView view(Post post, Caller caller) throws SQLException {
    return views(new Page<>(List.of(post), null), caller).items().getFirst();
  }

  /** The posts as the caller sees them. */
  Page<PostView> views(Page<Post> page, Caller caller) throws SQLException {
    UUID member = caller.is(Role.MEMBER) ? caller.id() : NO_MEMBER;
    Map<UUID, Reactions.Counts> counts =
        reactions.of(page.items().stream().map(Post::id).toList(), member);
    return page.map(
        post -> PostView.of(post, counts.getOrDefault(post.id(), Reactions.Counts.NONE)));
  }

  private static Post requireVisible(Optional<Post> found, Caller caller) {
    return found
        .filter(post -> post.isPublic() || caller.isSelf(post.authorId()))
        .orElseThrow(() ->
            new ProblemException(ProblemTypes.NOT_FOUND, "There is no such post for the caller."));
  }

  List<Posts.Edit> edits(UUID id) throws SQLException {
    return posts.edits(id);
  }

  Page<Post> feed(PageRequest request) throws SQLException {
    return publicPage(request, posts.feed(before(request), request.limit() + 1));
  }

  Page<Post> ofStore(UUID storeId, PageRequest request) throws SQLException {
    return publicPage(request, posts.ofStore(storeId, before(request), request.limit() + 1));
  }

  /** All posts of the caller's own, with those that nobody else sees; public ones of others. */
  Page<Post> ofMember(UUID memberId, Caller caller, PageRequest request) throws SQLException {
    if (caller.is(Role.MEMBER) && caller.isSelf(memberId)) {
      return Page.of(
          posts.of(memberId, request.cursor().map(cursor -> cursor.id(0)), request.limit() + 1),
          request,
          post -> Cursor.of(post.id()));
    }
    return publicPage(request, posts.publicOf(memberId, before(request), request.limit() + 1));
  }

  private static Page<Post> publicPage(PageRequest request, List<Post> rows) {
    return Page.of(rows, request, post -> Cursor.of(post.publishedAt(), post.id()));
  }

  private static Optional<Posts.Before> before(PageRequest request) {
    return request.cursor().map(cursor -> new Posts.Before(time(cursor), cursor.id(1)));
  }

  private static Instant time(Cursor cursor) {
    try {
      return Instant.parse(cursor.text(0));
    } catch (DateTimeException e) {
      throw new ViolationException("cursor", "is not a cursor of this list");
    }
  }
}
