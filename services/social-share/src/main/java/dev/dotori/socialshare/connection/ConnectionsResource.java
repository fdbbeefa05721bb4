package dev.dotori.socialshare.connection;

import dev.dotori.api.Caller;
import dev.dotori.api.page.Page;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemType;
import dev.dotori.api.problem.ViolationException;
import dev.dotori.socialshare.SocialShareConfig;
import dev.dotori.socialshare.connection.AuthorizationRequests.Begun;
import dev.dotori.socialshare.connection.AuthorizationRequests.Returning;
import dev.dotori.socialshare.network.Network;
import dev.dotori.socialshare.network.NetworkException;
import dev.dotori.socialshare.network.Networks;
import dev.dotori.socialshare.network.SocialNetwork;
import io.quarkus.logging.Log;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jboss.resteasy.reactive.RestQuery;

/** Members connect their accounts at the networks here. No answer shows a token. */
@Path("/v1/social/connections")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class ConnectionsResource {

  /** The callback came with a state that is unknown, used, expired or of another network. */
  static final ProblemType INVALID_STATE =
      new ProblemType("invalid-state", 400, "The authorization can't be finished");

  private final Networks networks;
  private final AuthorizationRequests requests;
  private final ConnectionService connections;
  private final ReturnToAllowList returnTos;
  private final SocialShareConfig config;
  private final Caller caller;

  ConnectionsResource(
      Networks networks,
      AuthorizationRequests requests,
      ConnectionService connections,
      ReturnToAllowList returnTos,
      SocialShareConfig config,
      Caller caller) {
    this.networks = networks;
    this.requests = requests;
    this.connections = connections;
    this.returnTos = returnTos;
    this.config = config;
    this.caller = caller;
  }

  /** A connection as its member sees it. */
  public record ConnectionView(
      Network network,
      String accountId,
      String accountName,
      String status,
      String reason,
      Instant connectedAt) {

    static ConnectionView of(Connection connection) {
      return new ConnectionView(
          connection.network(),
          connection.account().id(),
          connection.account().name(),
          connection.isBroken() ? "broken" : "connected",
          connection.brokenReason(),
          connection.connectedAt());
    }
  }

  @GET
  @RolesAllowed("member")
  public Page<ConnectionView> list() {
    List<ConnectionView> items =
        connections.of(caller.id()).stream().map(ConnectionView::of).toList();
    return new Page<>(items, null);
  }

  /** Where a member wants to be when the connection is made. */
  public record Connect(@NotBlank @Size(max = 2000) String returnTo) {}

  /** Where they consent. */
  // Answered within a Response, which names no type: a native image must be told.
  @RegisterForReflection
  public record Consent(URI authorizeUrl) {}

  @POST
  @Path("/{network}")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed("member")
  public Response connect(String network, @Valid @NotNull Connect connect) {
    SocialNetwork socialNetwork = networks.named(network);
    URI returnTo =
        returnTos
            .find(connect.returnTo())
            .orElseThrow(() ->
                new ViolationException("returnTo", "is not one of the addresses allowed here"));
    Begun begun = requests.begin(caller.id(), socialNetwork.network(), returnTo);
    URI authorizeUrl =
        socialNetwork.authorizeUrl(
            callbackUrl(socialNetwork.network()), begun.state(), begun.codeChallenge());
    return Response.status(Response.Status.CREATED).entity(new Consent(authorizeUrl)).build();
  }

  /**
   * Where the network sends the member's browser. It brings no token of ours: the state says who it
   * is.
   */
  @GET
  @Path("/{network}/callback")
  @PermitAll
  public Response callback(
      String network,
      @RestQuery("state") String state,
      @RestQuery("code") String code,
      @RestQuery("error") String error) {
    SocialNetwork socialNetwork = networks.named(network);
    Returning returning =
        requests
            .finish(state == null ? "" : state, socialNetwork.network())
            .orElseThrow(() ->
                new ProblemException(
                    INVALID_STATE,
                    "The address was used already, or too late. Begin to connect once more."));
    String result = code == null ? refusal(error) : authorize(socialNetwork, returning, code);
    return seeOther(returning.returnTo(), socialNetwork.network(), result);
  }

  private static String refusal(String error) {
    return "access_denied".equals(error) ? "denied" : "failed";
  }

  private String authorize(SocialNetwork network, Returning returning, String code) {
    try {
      SocialNetwork.Authorization authorization =
          network.authorize(code, returning.codeVerifier(), callbackUrl(network.network()));
      connections.connect(returning.memberId(), network.network(), authorization);
      return "connected";
    } catch (NetworkException e) {
      Log.warnf(
          "%s did not exchange an authorization code: %s", network.network().key(), e.getMessage());
      return "failed";
    }
  }

  /** {@code ?network=…&result=connected}, {@code denied} or {@code failed} is added. */
  private static Response seeOther(URI returnTo, Network network, String result) {
    String separator = returnTo.getRawQuery() == null ? "?" : "&";
    return Response.seeOther(
            URI.create(returnTo + separator + "network=" + network.key() + "&result=" + result))
        .header("Cache-Control", "no-store")
        .header("Referrer-Policy", "no-referrer")
        .build();
  }

  /** 204 also when there was none: it is gone. */
  @DELETE
  @Path("/{network}")
  @RolesAllowed("member")
  public void disconnect(String network) {
    connections.disconnect(caller.id(), networks.named(network).network());
  }

  private URI callbackUrl(Network network) {
    String base = config.callbackBaseUrl().toString().replaceFirst("/$", "");
    return URI.create(base + "/v1/social/connections/" + network.key() + "/callback");
  }
}
