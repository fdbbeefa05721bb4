package dev.dotori.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingTableTest {

  private final RoutingTable table = new RoutingTable();

  @ParameterizedTest
  @CsvSource({
    "POST,   /v1/members,                                MEMBERS,      ANYONE,    WRITE",
    "POST,   /v1/members/claims,                         MEMBERS,      ANYONE,    SIGN_IN",
    "PUT,    /v1/members/claims/abc,                     MEMBERS,      ANYONE,    SIGN_IN",
    "POST,   /v1/sessions,                               MEMBERS,      ANYONE,    SIGN_IN",
    "POST,   /v1/sessions/refresh,                       MEMBERS,      ANYONE,    SIGN_IN",
    "DELETE, /v1/sessions/current,                       MEMBERS,      SIGNED_IN, WRITE",
    "POST,   /v1/oauth/token,                            MEMBERS,      ANYONE,    SIGN_IN",
    "GET,    /.well-known/openid-configuration,          MEMBERS,      ANYONE,    READ",
    "GET,    /.well-known/jwks.json,                     MEMBERS,      ANYONE,    READ",
    "GET,    /v1/members/me,                             MEMBERS,      SIGNED_IN, READ",
    "PATCH,  /v1/members/me,                             MEMBERS,      SIGNED_IN, WRITE",
    "GET,    /v1/members/claims,                         MEMBERS,      SIGNED_IN, READ",
    "GET,    /v1/stores,                                 MEMBERS,      SIGNED_IN, READ",
    "PUT,    /v1/stores/7/program,                       MEMBERS,      SIGNED_IN, WRITE",
    "GET,    /v1/members/7/points,                       POINTS,       SIGNED_IN, READ",
    "GET,    /v1/members/7/points/entries,               POINTS,       SIGNED_IN, READ",
    "GET,    /v1/members/7/purchases,                    POINTS,       SIGNED_IN, READ",
    "POST,   /v1/purchases,                              POINTS,       SIGNED_IN, WRITE",
    "POST,   /v1/purchases/7/refunds,                    POINTS,       SIGNED_IN, WRITE",
    "POST,   /v1/points/preview,                         POINTS,       SIGNED_IN, WRITE",
    "POST,   /v1/points/transfers,                       POINTS,       SIGNED_IN, WRITE",
    "POST,   /v1/points/redemptions,                     POINTS,       SIGNED_IN, WRITE",
    "POST,   /v1/points/redemptions/7/capture,           POINTS,       SIGNED_IN, WRITE",
    "POST,   /v1/points/redemptions/7/cancel,            POINTS,       SIGNED_IN, WRITE",
    "POST,   /v1/points/adjustments,                     POINTS,       SIGNED_IN, WRITE",
    "GET,    /v1/ledger/trial-balance,                   POINTS,       SIGNED_IN, READ",
    "POST,   /v1/posts,                                  POSTING,      SIGNED_IN, WRITE",
    "GET,    /v1/posts/7/comments,                       POSTING,      SIGNED_IN, READ",
    "GET,    /v1/feed,                                   POSTING,      SIGNED_IN, READ",
    "GET,    /v1/members/7/posts,                        POSTING,      SIGNED_IN, READ",
    "GET,    /v1/stores/7/posts,                         POSTING,      SIGNED_IN, READ",
    "GET,    /v1/posts/7/shares,                         SOCIAL_SHARE, SIGNED_IN, READ",
    "POST,   /v1/shares/7/retry,                         SOCIAL_SHARE, SIGNED_IN, WRITE",
    "GET,    /v1/social/networks,                        SOCIAL_SHARE, SIGNED_IN, READ",
    "GET,    /v1/social/connections/x/callback,          SOCIAL_SHARE, ANYONE,    READ",
    "POST,   /v1/social/connections/x,                   SOCIAL_SHARE, SIGNED_IN, WRITE",
    "POST,   /v1/media,                                  MEDIA,        SIGNED_IN, WRITE",
    "POST,   /v1/media/files,                            MEDIA,        SIGNED_IN, UPLOAD",
    "GET,    /v1/media/7/content,                        MEDIA,        ANYONE,    READ",
    "HEAD,   /v1/media/7,                                MEDIA,        ANYONE,    READ",
    "DELETE, /v1/media/7,                                MEDIA,        SIGNED_IN, WRITE",
    "GET,    /v1/events,                                 GATEWAY,      SIGNED_IN, READ",
    "GET,    /openapi,                                   GATEWAY,      ANYONE,    READ",
    "GET,    /docs,                                      GATEWAY,      ANYONE,    READ",
    "GET,    /v1/ops/services,                           GATEWAY,      SIGNED_IN, READ",
    "PUT,    /v1/ops/services/points/scale,              GATEWAY,      SIGNED_IN, WRITE"
  })
  void sendsEachCallToItsOwner(
      String method, String path, Service service, Access access, CallClass callClass) {
    assertThat(table.find(HttpMethod.valueOf(method), RequestPath.parse(path)))
        .contains(new Route(service, access, callClass));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/internal/members/lookup",
        "/internal/stores/7",
        "/v1/internal/stores/7",
        "/q/health/ready",
        "/q/metrics",
        "/v1",
        "/v2/members",
        "/V1/members",
        "/v1/memberships",
        "/.well-known/security.txt"
      })
  void hidesEverythingElse(String path) {
    assertThat(table.find(HttpMethod.GET, RequestPath.parse(path))).isEmpty();
    assertThat(table.find(HttpMethod.POST, RequestPath.parse(path))).isEmpty();
  }
}
