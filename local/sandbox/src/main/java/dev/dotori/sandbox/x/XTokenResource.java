package dev.dotori.sandbox.x;

import dev.dotori.sandbox.ConsentPage;
import dev.dotori.sandbox.Network;
import dev.dotori.sandbox.SandboxConfig;
import dev.dotori.sandbox.state.Consent;
import dev.dotori.sandbox.state.Ids;
import dev.dotori.sandbox.state.SandboxState;
import dev.dotori.sandbox.state.Token;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.RestHeader;

/**
 * The token endpoint of X's "OAuth 2.0 Authorization Code Flow with PKCE": exchange, refresh,
 * revocation. A confidential client sends HTTP Basic, a public one {@code client_id} in the form.
 */
@Path("/2/oauth2")
@RunOnVirtualThread
public class XTokenResource {

  private final SandboxState state;
  private final SandboxConfig.XApp app;
  private final XCalls calls;

  public XTokenResource(SandboxState state, SandboxConfig config, XCalls calls) {
    this.state = state;
    this.app = config.x();
    this.calls = calls;
  }

  @POST
  @Path("/token")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Produces(MediaType.APPLICATION_JSON)
  public Map<String, Object> token(
      @RestHeader("Authorization") String authorization, MultivaluedMap<String, String> form) {
    authenticate(authorization, form);
    calls.tokenFaults();
    String grantType = form.getFirst("grant_type") == null ? "" : form.getFirst("grant_type");
    return switch (grantType) {
      case "authorization_code" -> byCode(form);
      case "refresh_token" -> byRefreshToken(form);
      default ->
          throw XProblem.oauth(
              400,
              "unsupported_grant_type",
              "grant_type must be authorization_code or refresh_token here");
    };
  }

  private void authenticate(String authorization, MultivaluedMap<String, String> form) {
    if (authorization == null && app.clientId().equals(form.getFirst("client_id"))) {
      return;
    }
    String expected =
        "Basic "
            + Base64.getEncoder()
                .encodeToString(
                    (app.clientId() + ":" + app.clientSecret()).getBytes(StandardCharsets.UTF_8));
    if (!expected.equals(authorization)) {
      throw XProblem.oauth(401, "unauthorized_client", "Missing valid authorization header");
    }
  }

  private Map<String, Object> byCode(MultivaluedMap<String, String> form) {
    String code = form.getFirst("code");
    Consent consent =
        state
            .redeem(code == null ? "" : code, Network.X)
            .orElseThrow(() ->
                XProblem.oauth(
                    400,
                    "invalid_request",
                    "Value passed for the authorization code was invalid."));
    if (!consent.redirectUri().equals(form.getFirst("redirect_uri"))) {
      throw XProblem.oauth(
          400, "invalid_request", "Value passed for the redirect uri did not match.");
    }
    if (!ConsentPage.proves(consent, form.getFirst("code_verifier"))) {
      throw XProblem.oauth(
          400,
          "invalid_request",
          "Value passed for the code verifier did not match the code challenge.");
    }
    return pair(consent.accountId(), Ids.secret(), consent.scope());
  }

  private Map<String, Object> byRefreshToken(MultivaluedMap<String, String> form) {
    String value = form.getFirst("refresh_token");
    Token token =
        state
            .token(value == null ? "" : value, Network.X)
            .filter(known -> known.kind() == Token.Kind.REFRESH && !known.revoked())
            .filter(state::useUp)
            .orElseThrow(() ->
                XProblem.oauth(400, "invalid_request", "Value passed for the token was invalid."));
    return pair(token.accountId(), token.grantId(), token.scope());
  }

  private Map<String, Object> pair(String accountId, String grantId, String scope) {
    Token access =
        state.issue(Network.X, Token.Kind.ACCESS, accountId, grantId, scope, app.accessToken());
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("token_type", "bearer");
    answer.put("expires_in", app.accessToken().toSeconds());
    answer.put("access_token", access.value());
    answer.put("scope", scope);
    if (List.of(scope.split(" ")).contains("offline.access")) {
      Token refresh = state.issue(Network.X, Token.Kind.REFRESH, accountId, grantId, scope, null);
      answer.put("refresh_token", refresh.value());
    }
    return answer;
  }

  /** Ends what goes back to the same consent as the token. */
  @POST
  @Path("/revoke")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Produces(MediaType.APPLICATION_JSON)
  public Map<String, Object> revoke(
      @RestHeader("Authorization") String authorization, MultivaluedMap<String, String> form) {
    authenticate(authorization, form);
    String value = form.getFirst("token");
    state
        .token(value == null ? "" : value, Network.X)
        .ifPresent(token -> state.revokeAll(Network.X, token.accountId()));
    return Map.of("revoked", true);
  }
}
