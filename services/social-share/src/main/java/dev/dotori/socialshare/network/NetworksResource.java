package dev.dotori.socialshare.network;

import dev.dotori.api.page.Page;
import io.quarkus.security.Authenticated;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Set;
import java.util.TreeSet;

/** What can be connected here, and what fits into one post there. */
@Path("/v1/social/networks")
@Produces(MediaType.APPLICATION_JSON)
@Authenticated
public class NetworksResource {

  private final Networks networks;

  NetworksResource(Networks networks) {
    this.networks = networks;
  }

  /** A network and its limits; {@code maxMediaBytes} is of one picture. */
  public record NetworkView(
      Network network,
      int maxTextLength,
      String textUnit,
      int maxMedia,
      long maxMediaBytes,
      Set<String> mediaTypes) {

    static NetworkView of(SocialNetwork network) {
      SocialNetwork.Limits limits = network.limits();
      return new NetworkView(
          network.network(),
          limits.textLimit(),
          limits.textUnit(),
          limits.mediaLimit(),
          limits.mediaBytes(),
          new TreeSet<>(limits.mediaTypes()));
    }
  }

  @GET
  public Page<NetworkView> list() {
    return new Page<>(networks.all().stream().map(NetworkView::of).toList(), null);
  }
}
