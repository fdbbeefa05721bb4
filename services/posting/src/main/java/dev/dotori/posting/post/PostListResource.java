package dev.dotori.posting.post;

import dev.dotori.api.Caller;
import dev.dotori.api.page.Page;
import dev.dotori.api.page.PageRequest;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.sql.SQLException;
import java.util.UUID;

/** Lists of posts, the newest first. */
@Path("/v1")
@Authenticated
@RunOnVirtualThread
public class PostListResource {

  private final Reading reading;
  private final Caller caller;

  @Inject
  PostListResource(Reading reading, Caller caller) {
    this.reading = reading;
    this.caller = caller;
  }

  /** Everyone's public posts. */
  @GET
  @Path("/feed")
  public Page<PostView> feed(@BeanParam PageRequest page) throws SQLException {
    return reading.views(reading.feed(page), caller);
  }

  /** A member's posts: all of them for the member, the public ones for others. */
  @GET
  @Path("/members/{id}/posts")
  public Page<PostView> ofMember(@PathParam("id") UUID memberId, @BeanParam PageRequest page)
      throws SQLException {
    return reading.views(reading.ofMember(memberId, caller, page), caller);
  }

  /** The public posts about a store. */
  @GET
  @Path("/stores/{id}/posts")
  public Page<PostView> ofStore(@PathParam("id") UUID storeId, @BeanParam PageRequest page)
      throws SQLException {
    return reading.views(reading.ofStore(storeId, page), caller);
  }
}
