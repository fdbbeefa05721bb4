package dev.dotori.socialshare.connection;

import dev.dotori.socialshare.SocialShareConfig;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;

/**
 * The places to which a member may be sent back after the consent: without a list, anybody could
 * make this service send members anywhere.
 */
// Made at start-up, so that a wrong setting is refused then.
@Startup
@ApplicationScoped
public class ReturnToAllowList {

  private final List<URI> allowed;

  ReturnToAllowList(SocialShareConfig config) {
    allowed = config.returnToAllowed().orElse(List.of());
    for (URI prefix : allowed) {
      if (!prefix.isAbsolute() || prefix.getHost() == null || prefix.getRawQuery() != null) {
        throw new IllegalStateException(
            "dotori.social-share.return-to-allowed needs URLs with scheme and host, not " + prefix);
      }
    }
  }

  /** The address, if the list has it; empty otherwise, however it is disguised. */
  public Optional<URI> find(String returnTo) {
    try {
      URI uri = new URI(returnTo).parseServerAuthority();
      boolean plain =
          uri.isAbsolute()
              && uri.getHost() != null
              && uri.getRawUserInfo() == null
              && uri.getRawFragment() == null
              && !hasDotSegments(uri);
      return plain && allowed.stream().anyMatch(prefix -> covers(prefix, uri))
          ? Optional.of(uri)
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /** Browsers resolve these, encoded ones too, and take a backslash for a slash. */
  private static boolean hasDotSegments(URI uri) {
    String path = uri.getPath();
    return path.contains("\\")
        || List.of(path.split("/")).stream().anyMatch(s -> s.equals("..") || s.equals("."));
  }

  private static boolean covers(URI prefix, URI uri) {
    return prefix.getScheme().equalsIgnoreCase(uri.getScheme())
        && prefix.getHost().equalsIgnoreCase(uri.getHost())
        && port(prefix) == port(uri)
        && coversPath(prefix.getRawPath(), uri.getRawPath());
  }

  private static int port(URI uri) {
    if (uri.getPort() != -1) {
      return uri.getPort();
    }
    return uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
  }

  private static boolean coversPath(String prefix, String path) {
    return path.equals(prefix) || path.startsWith(prefix.endsWith("/") ? prefix : prefix + "/");
  }
}
