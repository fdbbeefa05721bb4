package dev.dotori.gateway.ops.channel;

import dev.dotori.api.Caller;
import dev.dotori.api.Role;
import dev.dotori.api.page.Page;
import dev.dotori.api.page.PageRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.jboss.resteasy.reactive.RestResponse;

/** What flows between the services: how each stands, and what was given up. */
@Path("/v1/ops/channels")
@RolesAllowed(Role.OPERATOR_NAME)
@RunOnVirtualThread
public class ChannelResource {

  private final Channels channels;
  private final Caller caller;

  @Inject
  ChannelResource(Channels channels, Caller caller) {
    this.channels = channels;
    this.caller = caller;
  }

  @GET
  public Page<Channel> list() {
    return new Page<>(channels.list(), null);
  }

  @GET
  @Path("/{channel}/dead-letters")
  public Page<DeadEvent> deadLetters(
      @PathParam("channel") String channel, @BeanParam PageRequest page) {
    return channels.deadLetters(channel, page);
  }

  /** Gives it back to the service, which takes it as if it had never failed. */
  @POST
  @Path("/{channel}/dead-letters/{id}/replay")
  public RestResponse<Void> replay(
      @PathParam("channel") String channel, @PathParam("id") String id) {
    channels.replay(channel, id, caller.name());
    return RestResponse.accepted();
  }

  /** Deletes it for good. */
  @DELETE
  @Path("/{channel}/dead-letters/{id}")
  public RestResponse<Void> drop(@PathParam("channel") String channel, @PathParam("id") String id) {
    channels.drop(channel, id, caller.name());
    return RestResponse.noContent();
  }
}
