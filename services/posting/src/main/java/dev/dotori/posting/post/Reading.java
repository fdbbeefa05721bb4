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
import java.util.Optional;
import java.util.UUID;

/** What callers get to see of posts. */
@ApplicationScoped
class Reading {

  private final Posts posts;

  @Inject
  Reading(Posts posts) {
    this.posts = posts;
  }

  /**
   * A post that the caller may see.
   *
   * @throws ProblemException 404 otherwise
   */
  Post visible(UUID id, Caller caller) throws SQLException {
    return posts
        .find(id)
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
