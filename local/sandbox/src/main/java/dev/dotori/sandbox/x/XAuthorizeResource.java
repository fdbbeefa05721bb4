package dev.dotori.sandbox.x;

import dev.dotori.sandbox.ConsentPage;
import dev.dotori.sandbox.Network;
import dev.dotori.sandbox.SandboxConfig;
import dev.dotori.sandbox.state.Account;
import dev.dotori.sandbox.state.Consent;
import dev.dotori.sandbox.state.Ids;
import dev.dotori.sandbox.state.SandboxState;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
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
import java.util.List;
import java.util.Map;

/** The consent page of X's "OAuth 2.0 Authorization Code Flow with PKCE". */
@Path("/i/oauth2/authorize")
@RunOnVirtualThread
public class XAuthorizeResource {

  /** "Once the authorization code is issued, it must be exchanged within 30 seconds." */
  private static final Duration CODE_LIFETIME = Duration.ofSeconds(30);

  private final SandboxState state;
  private final SandboxConfig.XApp app;

  public XAuthorizeResource(SandboxState state, SandboxConfig config) {
    this.state = state;
    this.app = config.x();
  }

  @GET
  @Produces(MediaType.TEXT_HTML)
  public TemplateInstance authorize(UriInfo uri) {
    MultivaluedMap<String, String> asked = uri.getQueryParameters();
    checkAuthorize(asked);
    return ConsentPage.of(Network.X, uri, asked);
  }

  /**
   * The page's form: its hidden fields repeat the query, {@code user} and {@code decision} are new.
   */
  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response decide(MultivaluedMap<String, String> form) {
    checkAuthorize(form);
    ConsentPage.Decision decision = ConsentPage.decision(form);
    if (!decision.allowed()) {
      return decision.redirect(Map.of("error", "access_denied"));
    }
    Account account = state.signIn(Network.X, decision.user());
    Consent consent =
        new Consent(
            Ids.secret(),
            Network.X,
            account.id(),
            form.getFirst("redirect_uri"),
            form.getFirst("scope"),
            ConsentPage.s256Challenge(form),
            Instant.now().plus(CODE_LIFETIME));
    state.add(consent);
    return decision.redirect(Map.of("code", consent.code()));
  }

  private void checkAuthorize(MultivaluedMap<String, String> asked) {
    if (!"code".equals(asked.getFirst("response_type"))) {
      throw new BadRequestException("response_type must be code");
    }
    if (!app.clientId().equals(asked.getFirst("client_id"))) {
      throw new BadRequestException("Something went wrong: unknown client_id");
    }
    for (String required : List.of("scope", "state", "code_challenge", "code_challenge_method")) {
      if (asked.getFirst(required) == null) {
        throw new BadRequestException(required + " is required");
      }
    }
    ConsentPage.checkRedirectUri(asked.getFirst("redirect_uri"));
  }
}
