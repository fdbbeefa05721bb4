package dev.dotori.sandbox.facebook;

import dev.dotori.sandbox.ConsentPage;
import dev.dotori.sandbox.Network;
import dev.dotori.sandbox.SandboxConfig;
import dev.dotori.sandbox.state.Account;
import dev.dotori.sandbox.state.Consent;
import dev.dotori.sandbox.state.Ids;
import dev.dotori.sandbox.state.SandboxState;
import dev.dotori.sandbox.state.Token;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Facebook Login as "Manually Build a Login Flow" and "OIDC Code Flow with PKCE" describe it: the
 * dialog, the exchange of its code, and of a short-lived token for a long-lived one.
 */
@Path("/{version: v\\d+\\.\\d+}")
@Blocking
public class FacebookLoginResource {

  private static final Duration CODE_LIFETIME = Duration.ofMinutes(10);

  private final SandboxState state;
  private final SandboxConfig.FacebookApp app;
  private final FacebookCalls calls;

  public FacebookLoginResource(SandboxState state, SandboxConfig config, FacebookCalls calls) {
    this.state = state;
    this.app = config.facebook();
    this.calls = calls;
  }

  @GET
  @Path("/dialog/oauth")
  @Produces(MediaType.TEXT_HTML)
  public TemplateInstance dialog(UriInfo uri) {
    MultivaluedMap<String, String> asked = uri.getQueryParameters();
    checkDialog(asked);
    return ConsentPage.of(Network.FACEBOOK, uri, asked);
  }

  /**
   * The dialog's form: its hidden fields repeat the query, {@code user} and {@code decision} are
   * new.
   */
  @POST
  @Path("/dialog/oauth")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response decide(MultivaluedMap<String, String> form) {
    checkDialog(form);
    ConsentPage.Decision decision = ConsentPage.decision(form);
    if (!decision.allowed()) {
      return decision.redirect(
          Map.of(
              "error", "access_denied",
              "error_code", "200",
              "error_reason", "user_denied",
              "error_description", "Permissions error"));
    }
    Account account = state.signIn(Network.FACEBOOK, decision.user());
    Consent consent =
        new Consent(
            Ids.secret(),
            Network.FACEBOOK,
            account.id(),
            form.getFirst("redirect_uri"),
            form.getFirst("scope"),
            ConsentPage.s256Challenge(form),
            Instant.now().plus(CODE_LIFETIME));
    state.add(consent);
    return decision.redirect(Map.of("code", consent.code()));
  }

  private void checkDialog(MultivaluedMap<String, String> asked) {
    if (!app.clientId().equals(asked.getFirst("client_id"))) {
      throw new BadRequestException(
          "Invalid App ID: The provided app ID does not look like a valid app ID.");
    }
    ConsentPage.checkRedirectUri(asked.getFirst("redirect_uri"));
  }

  @GET
  @Path("/oauth/access_token")
  @Produces(MediaType.APPLICATION_JSON)
  public Map<String, Object> exchangeByQuery(UriInfo uri) {
    return exchange(uri.getQueryParameters());
  }

  @POST
  @Path("/oauth/access_token")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Produces(MediaType.APPLICATION_JSON)
  public Map<String, Object> exchangeByForm(MultivaluedMap<String, String> form) {
    return exchange(form);
  }

  private Map<String, Object> exchange(MultivaluedMap<String, String> form) {
    calls.tokenFaults();
    if (!app.clientId().equals(form.getFirst("client_id"))) {
      throw GraphError.invalidParameter("Missing or invalid client_id parameter.");
    }
    if (!app.clientSecret().equals(form.getFirst("client_secret"))) {
      throw GraphError.invalidClientSecret();
    }
    return "fb_exchange_token".equals(form.getFirst("grant_type"))
        ? longLived(form.getFirst("fb_exchange_token"))
        : shortLived(form);
  }

  private Map<String, Object> shortLived(MultivaluedMap<String, String> form) {
    String code = form.getFirst("code");
    Consent consent =
        state
            .redeem(code == null ? "" : code, Network.FACEBOOK)
            .orElseThrow(() -> GraphError.invalidCode("This authorization code has been used."));
    if (!consent.redirectUri().equals(form.getFirst("redirect_uri"))) {
      throw GraphError.invalidCode(
          "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request");
    }
    if (!ConsentPage.proves(consent, form.getFirst("code_verifier"))) {
      throw GraphError.invalidCode("Error validating verification code: invalid code_verifier.");
    }
    return answer(
        state.issue(
            Network.FACEBOOK,
            Token.Kind.USER,
            consent.accountId(),
            Ids.secret(),
            consent.scope(),
            app.shortLived()),
        app.shortLived());
  }

  private Map<String, Object> longLived(String shortLivedToken) {
    Token former = calls.valid(shortLivedToken);
    return answer(
        state.issue(
            Network.FACEBOOK,
            Token.Kind.USER,
            former.accountId(),
            former.grantId(),
            former.scope(),
            app.longLived()),
        app.longLived());
  }

  private static Map<String, Object> answer(Token token, Duration lifetime) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("access_token", token.value());
    answer.put("token_type", "bearer");
    answer.put("expires_in", lifetime.toSeconds());
    return answer;
  }
}
