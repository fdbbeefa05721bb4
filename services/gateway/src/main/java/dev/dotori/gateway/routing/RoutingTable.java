package dev.dotori.gateway.routing;

import static dev.dotori.gateway.routing.Access.ANYONE;
import static dev.dotori.gateway.routing.Access.SIGNED_IN;
import static dev.dotori.gateway.routing.CallClass.SIGN_IN;
import static dev.dotori.gateway.routing.CallClass.UPLOAD;
import static dev.dotori.gateway.routing.Service.GATEWAY;
import static dev.dotori.gateway.routing.Service.MEDIA;
import static dev.dotori.gateway.routing.Service.MEMBERS;
import static dev.dotori.gateway.routing.Service.POINTS;
import static dev.dotori.gateway.routing.Service.POSTING;
import static dev.dotori.gateway.routing.Service.SOCIAL_SHARE;

import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/**
 * Which path is whose. The whole table, in the order it is searched: the first match wins, and what
 * matches nothing is not reachable from outside, {@code /internal} above all.
 */
@Singleton
public class RoutingTable {

  /** In a pattern: any one segment. */
  private static final String ANY = "*";

  /** In a pattern, at its end: nothing, or any further segments. */
  private static final String REST = "**";

  private static final List<HttpMethod> READING =
      List.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  private static final List<Entry> TABLE =
      List.of(
          // Sign-in, and what else is open to anyone.
          call(HttpMethod.POST, "/v1/sessions", MEMBERS, ANYONE, SIGN_IN),
          call(HttpMethod.POST, "/v1/sessions/refresh", MEMBERS, ANYONE, SIGN_IN),
          call(HttpMethod.POST, "/v1/oauth/token", MEMBERS, ANYONE, SIGN_IN),
          call(HttpMethod.POST, "/v1/members/claims", MEMBERS, ANYONE, SIGN_IN),
          call(HttpMethod.PUT, "/v1/members/claims/*", MEMBERS, ANYONE, SIGN_IN),
          call(HttpMethod.POST, "/v1/members", MEMBERS, ANYONE),
          call(HttpMethod.GET, "/.well-known/openid-configuration", MEMBERS, ANYONE),
          call(HttpMethod.GET, "/.well-known/jwks.json", MEMBERS, ANYONE),
          call(HttpMethod.GET, "/v1/social/connections/*/callback", SOCIAL_SHARE, ANYONE),
          // A medium is public when a public post shows it, which only the service knows.
          call(HttpMethod.GET, "/v1/media/*", MEDIA, ANYONE),
          call(HttpMethod.GET, "/v1/media/*/content", MEDIA, ANYONE),
          call(HttpMethod.POST, "/v1/media/files", MEDIA, SIGNED_IN, UPLOAD),
          // What the API is, for people and tools.
          call(HttpMethod.GET, "/openapi", GATEWAY, ANYONE),
          call(HttpMethod.GET, "/docs", GATEWAY, ANYONE),
          call(HttpMethod.GET, "/docs/*", GATEWAY, ANYONE),

          // A member's things live in the service that owns them, not in members.
          paths("/v1/members/*/points/**", POINTS),
          paths("/v1/members/*/purchases/**", POINTS),
          paths("/v1/members/*/posts/**", POSTING),
          paths("/v1/stores/*/posts/**", POSTING),
          paths("/v1/posts/*/shares/**", SOCIAL_SHARE),

          // By owner.
          paths("/v1/members/**", MEMBERS),
          paths("/v1/sessions/**", MEMBERS),
          paths("/v1/oauth/**", MEMBERS),
          paths("/v1/stores/**", MEMBERS),
          paths("/v1/purchases/**", POINTS),
          paths("/v1/points/**", POINTS),
          paths("/v1/ledger/**", POINTS),
          paths("/v1/posts/**", POSTING),
          paths("/v1/feed/**", POSTING),
          paths("/v1/shares/**", SOCIAL_SHARE),
          paths("/v1/social/**", SOCIAL_SHARE),
          paths("/v1/media/**", MEDIA),
          call(HttpMethod.GET, "/v1/events", GATEWAY, SIGNED_IN),
          paths("/v1/ops/**", GATEWAY));

  /** Where this call goes; empty when nothing outside may ask for it. */
  public Optional<Route> find(HttpMethod method, RequestPath path) {
    for (Entry entry : TABLE) {
      if (entry.matches(method, path.segments())) {
        return Optional.of(entry.route(method));
      }
    }
    return Optional.empty();
  }

  private static Entry call(HttpMethod method, String pattern, Service service, Access access) {
    return new Entry(method, segments(pattern), service, access, null);
  }

  private static Entry call(
      HttpMethod method, String pattern, Service service, Access access, CallClass callClass) {
    return new Entry(method, segments(pattern), service, access, callClass);
  }

  private static Entry paths(String pattern, Service service) {
    return new Entry(null, segments(pattern), service, SIGNED_IN, null);
  }

  private static List<String> segments(String pattern) {
    return List.of(pattern.substring(1).split("/"));
  }

  /** A row; a null method means any, a null class follows from the method. */
  private record Entry(
      HttpMethod method,
      List<String> pattern,
      Service service,
      Access access,
      CallClass callClass) {

    boolean matches(HttpMethod asked, List<String> path) {
      if (method != null
          && !method.equals(asked)
          && !(method.equals(HttpMethod.GET) && asked.equals(HttpMethod.HEAD))) {
        return false;
      }
      boolean open = pattern.getLast().equals(REST);
      int fixed = open ? pattern.size() - 1 : pattern.size();
      if (path.size() < fixed || (!open && path.size() > fixed)) {
        return false;
      }
      for (int i = 0; i < fixed; i++) {
        if (!pattern.get(i).equals(ANY) && !pattern.get(i).equals(path.get(i))) {
          return false;
        }
      }
      return true;
    }

    Route route(HttpMethod asked) {
      if (callClass != null) {
        return new Route(service, access, callClass);
      }
      return new Route(service, access, READING.contains(asked) ? CallClass.READ : CallClass.WRITE);
    }
  }
}
