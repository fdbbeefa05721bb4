package dev.dotori.socialshare.share;

import dev.dotori.api.Caller;
import dev.dotori.api.idempotency.Idempotent;
import dev.dotori.socialshare.network.Network;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Authors see here what became of their posts on the networks, and try again. */
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("member")
@RunOnVirtualThread
public class SharesResource {

  private final ShareService shares;
  private final Caller caller;

  SharesResource(ShareService shares, Caller caller) {
    this.shares = shares;
    this.caller = caller;
  }

  /** A share as the post's author sees it. */
  public record ShareView(
      UUID id,
      Network network,
      ShareStatus status,
      int attempts,
      String remoteId,
      String remoteUrl,
      ErrorClass errorClass,
      String error,
      Instant nextAttemptAt) {

    static ShareView of(Share share) {
      return new ShareView(
          share.id(),
          share.network(),
          share.status(),
          share.attempts(),
          share.remoteId(),
          share.remoteUrl(),
          share.errorClass(),
          share.error(),
          nextAttemptAt(share));
    }

    private static Instant nextAttemptAt(Share share) {
      return switch (share.status()) {
        case QUEUED, UNKNOWN -> share.dueAt();
        case PUBLISHING, PUBLISHED, FAILED -> null;
      };
    }
  }

  /**
   * The shares of a published post of the caller's; a post that isn't published yet has none: 404.
   */
  @GET
  @Path("/posts/{id}/shares")
  public List<ShareView> list(UUID id) {
    return shares.of(id, caller.id()).stream().map(ShareView::of).toList();
  }

  @POST
  @Path("/shares/{id}/retry")
  @Idempotent
  public Response retry(UUID id) {
    Share share = shares.retry(id, caller.id());
    return Response.accepted(ShareView.of(share)).build();
  }
}
