package dev.dotori.socialshare.network;

import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.socialshare.SocialShareConfig;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The networks for which an app is configured. */
// Made at start-up, so that a wrong setting is refused then.
@Startup
@ApplicationScoped
public class Networks {

  private final Map<Network, SocialNetwork> offered = new EnumMap<>(Network.class);

  Networks(SocialShareConfig config, Facebook facebook, X x) {
    if (config.facebook().clientId().isPresent()) {
      if (config.facebook().clientSecret().isEmpty()) {
        throw new IllegalStateException(
            "dotori.social-share.facebook.client-secret is needed with the client-id");
      }
      offered.put(Network.FACEBOOK, facebook);
    }
    if (config.x().clientId().isPresent()) {
      offered.put(Network.X, x);
    }
  }

  /** All that are offered. */
  public List<SocialNetwork> all() {
    return List.copyOf(offered.values());
  }

  public Optional<SocialNetwork> find(Network network) {
    return Optional.ofNullable(offered.get(network));
  }

  /**
   * The network of a path.
   *
   * @throws ProblemException 404 when there is none of that name, or it is not configured
   */
  public SocialNetwork named(String key) {
    return Network.of(key)
        .flatMap(this::find)
        .orElseThrow(() ->
            new ProblemException(
                ProblemTypes.NOT_FOUND,
                "There is no such network here; /v1/social/networks lists them."));
  }
}
