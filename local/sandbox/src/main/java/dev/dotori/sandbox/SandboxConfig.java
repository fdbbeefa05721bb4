package dev.dotori.sandbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How the sandbox is set up. */
@ConfigMapping(prefix = "dotori.sandbox")
public interface SandboxConfig {

  /** The folder that keeps what was posted over a restart. Absent: nothing is kept. */
  Optional<Path> data();

  /** The app known to Facebook. */
  FacebookApp facebook();

  /** The app known to X. */
  XApp x();

  /** Posts kept per network: older ones are forgotten. */
  @WithDefault("500")
  int maxPosts();

  /** Pictures kept in all, on disk: older ones are forgotten. */
  @WithDefault("1000")
  int maxPictures();

  /** Accounts, tokens, consents and mails kept, of each: older ones are forgotten. */
  @WithDefault("5000")
  int maxRecords();

  /** An app registered with Facebook. */
  interface FacebookApp {

    @WithDefault("sandbox-facebook-app")
    String clientId();

    @WithDefault("sandbox-facebook-secret")
    String clientSecret();

    /** How long a token from the code exchange lives. Facebook's short-lived ones: 1 to 2 hours. */
    @WithDefault("90m")
    Duration shortLived();

    /** How long a token from {@code fb_exchange_token} lives. Facebook's: about 60 days. */
    @WithDefault("P60D")
    Duration longLived();
  }

  /** An app registered with X. */
  interface XApp {

    @WithDefault("sandbox-x-app")
    String clientId();

    @WithDefault("sandbox-x-secret")
    String clientSecret();

    /** How long an access token lives. X's: 2 hours. */
    @WithDefault("2h")
    Duration accessToken();

    /** Requests per user and window of 15 minutes that may create a post. */
    @WithDefault("1000")
    int postsPerWindow();
  }
}
