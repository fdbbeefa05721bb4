package dev.dotori.media;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** What can be set of the media service. */
@StaticInitSafe
@ConfigMapping(prefix = "dotori.media")
public interface MediaConfig {

  /** The bucket that holds all that this service knows; nothing else may write to it. */
  @WithDefault("dotori-media")
  String bucket();

  /**
   * Where clients reach S3, when that is not where this service reaches it (inside a cluster, say).
   * Signed URLs are made for this address.
   */
  Optional<URI> publicEndpoint();

  /** Limits of what members may upload. */
  Limits limits();

  /** The signed URLs that clients get. */
  Urls urls();

  /** The worker that checks uploads. */
  Inspection inspection();

  /** The sweeper that finishes what a crash left half done. */
  Sweep sweep();

  /** See {@link MediaConfig#limits()}. */
  interface Limits {

    /** The largest file, in bytes. */
    @WithDefault("26214400")
    long size();

    /**
     * The most pixels of an image, in width times height. A decoded image takes 4 bytes a pixel, so
     * this bounds what one upload can make a worker hold, however small the file is.
     */
    @WithDefault("50000000")
    long pixels();

    /** The longest edge of an image, in pixels. */
    @WithDefault("16384")
    int edge();

    /** The most frames of an animation. */
    @WithDefault("1000")
    int frames();
  }

  /** See {@link MediaConfig#urls()}. */
  interface Urls {

    /** How long the bytes of a file may be sent after it was announced. */
    @WithDefault("15m")
    Duration uploadValidFor();

    /** How long a link to a file's content is good for. */
    @WithDefault("5m")
    Duration contentValidFor();
  }

  /** See {@link MediaConfig#inspection()}. */
  interface Inspection {

    /** Images decoded at one time, per process: memory is bounded by this times the pixel limit. */
    @WithDefault("1")
    int atOnce();

    /** How long the decoding of one image may take before it is refused as damaged. */
    @WithDefault("30s")
    Duration timeLimit();
  }

  /** See {@link MediaConfig#sweep()}. */
  interface Sweep {

    /** How long an event may stay unsent before the sweeper sends it. */
    @WithDefault("10s")
    Duration unsentAfter();

    /** How long a check may take before it is asked for again; doubled each time. */
    @WithDefault("2m")
    Duration uncheckedAfter();

    /** How long an announced file may stay without its bytes before it is forgotten. */
    @WithDefault("24h")
    Duration abandonedAfter();
  }
}
