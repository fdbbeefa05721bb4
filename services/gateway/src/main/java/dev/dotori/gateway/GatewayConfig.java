package dev.dotori.gateway;

import dev.dotori.gateway.caller.Caller;
import dev.dotori.gateway.limit.Quota;
import dev.dotori.gateway.routing.CallClass;
import dev.dotori.gateway.routing.Service;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * Settings of the gateway. {@code docs/configuration.md} lists them with their environment
 * variables.
 */
@ConfigMapping(prefix = "dotori.gateway")
public interface GatewayConfig {

  /** Base URL of each service, without a path. */
  Map<Service, URI> services();

  /** How the services are called. */
  Upstream upstream();

  /** How large bodies may be. */
  Bodies bodies();

  /** How many calls a caller may make. */
  Limits limits();

  /** Live events. */
  Events events();

  interface Upstream {
    /** Most time to get a connection; over it the call is answered 503. */
    @WithDefault("500ms")
    Duration connectTimeout();

    /**
     * Most time without progress until a service begins to answer; over it the call is answered
     * 504.
     */
    @WithDefault("15s")
    Duration responseTimeout();

    /**
     * Most time in which nothing moves on a connection in use; over it the connection is closed.
     */
    @WithDefault("60s")
    Duration idleTimeout();

    /** Most connections to one service, so that a slow one can't take the gateway with it. */
    @WithDefault("256")
    int maxConnections();

    /** Most calls that wait for a connection to one service; over it calls are answered 503. */
    @WithDefault("1024")
    int maxWaiting();
  }

  interface Bodies {
    /** Largest body of a call; over it the call is answered 413. */
    @WithDefault("1M")
    MemorySize limit();

    /**
     * Largest body of an upload: the file of 10 MiB that the media service takes, and the multipart
     * frame around it.
     */
    @WithDefault("10304K")
    MemorySize uploadLimit();

    /**
     * How much of a refused body is read and thrown away, so that its sender gets to read the
     * answer.
     */
    @WithDefault("64M")
    MemorySize drainLimit();

    /** For how long that is done; then the connection is closed. */
    @WithDefault("10s")
    Duration drainTimeout();
  }

  interface Limits {
    /** Calls allowed to each kind of caller, for each class of call, such as {@code 600/1m}. */
    Map<CallClass, Map<Caller.Kind, Quota>> quota();

    /** What the limiter's keys in Redis begin with. */
    @WithDefault("dotori:rate:")
    String keyPrefix();

    /** Most time that Redis may take to decide. */
    @WithDefault("100ms")
    Duration redisTimeout();

    /** How long Redis isn't asked after it failed to answer. */
    @WithDefault("1s")
    Duration redisPause();
  }

  interface Events {
    /** Most connections of one member to one replica; over it 429. */
    @WithDefault("5")
    int maxPerMember();

    /** Most connections to one replica; over it 503. */
    @WithDefault("10000")
    int maxStreams();

    /** Most events that wait for one slow reader; over it the connection is closed. */
    @WithDefault("500")
    int maxWaiting();

    /** Most events that are kept for those who resume. */
    @WithDefault("20000")
    int backlog();

    /** How often an idle connection is shown to live. */
    @WithDefault("15s")
    Duration heartbeat();

    /** How often the streams are looked at; by half of it an event is late on average. */
    @WithDefault("200ms")
    Duration pollInterval();

    /** How long Redis may be away until connections end. */
    @WithDefault("5s")
    Duration awayAfter();

    /** After how long clients are told to come back. */
    @WithDefault("3s")
    Duration retry();
  }
}
