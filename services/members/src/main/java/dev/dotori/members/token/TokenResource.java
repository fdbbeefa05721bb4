package dev.dotori.members.token;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.dotori.api.problem.ProblemType;
import dev.dotori.members.secret.Secret;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestForm;

/** The token endpoint of RFC 6749: client credentials, shown as HTTP Basic. */
@Path("/v1/oauth/token")
@Tag(name = "Identity")
@PermitAll
public class TokenResource {

  private static final String GRANT = "client_credentials";
  private static final int MAX_CREDENTIALS = 1_000;

  private final Clients clients;
  private final AccessTokens tokens;

  TokenResource(Clients clients, AccessTokens tokens) {
    this.clients = clients;
    this.tokens = tokens;
  }

  /** Parameters that it does not know are ignored, as the RFC requires. */
  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Get a token as a client",
      description =
          "RFC 6749, section 4.4: client credentials by HTTP Basic. A refusal has the RFC's `error`"
              + " beside the members of every problem.")
  @RunOnVirtualThread
  public Response issue(
      @RestForm("grant_type") String grantType,
      @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization) {
    if (grantType == null) {
      return refused(Refusal.INVALID_REQUEST, "grant_type is missing");
    }
    if (!grantType.equals(GRANT)) {
      return refused(Refusal.UNSUPPORTED_GRANT_TYPE, "only client_credentials is given here");
    }
    return basic(authorization)
        .flatMap(credentials -> clients.authenticate(credentials.clientId(), credentials.secret()))
        .map(client -> issued(tokens.forClient(client)))
        .orElseGet(() -> refused(Refusal.INVALID_CLIENT, "the client id or secret is wrong"));
  }

  private static Response issued(AccessToken token) {
    return uncached(Response.ok())
        .entity(new Issued(token.value(), "Bearer", token.lifetime().toSeconds()))
        .build();
  }

  private static Response refused(Refusal refusal, String description) {
    ProblemType type = refusal.type;
    Response.ResponseBuilder response =
        uncached(Response.status(type.status()))
            .entity(
                new Refused(
                    type.slug().replace('-', '_'),
                    description,
                    type.uri(),
                    type.title(),
                    type.status(),
                    description));
    if (refusal == Refusal.INVALID_CLIENT) {
      response.header(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"dotori\"");
    }
    return response.build();
  }

  private static Response.ResponseBuilder uncached(Response.ResponseBuilder response) {
    return response.header(HttpHeaders.CACHE_CONTROL, "no-store").header("Pragma", "no-cache");
  }

  /** RFC 6749, section 2.3.1: id and secret are form-encoded before they are joined. */
  private static Optional<Credentials> basic(String authorization) {
    if (authorization == null
        || authorization.length() > MAX_CREDENTIALS
        || !authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
      return Optional.empty();
    }
    try {
      String pair =
          new String(
              Base64.getDecoder().decode(authorization.substring(6).strip()),
              StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      if (colon < 1) {
        return Optional.empty();
      }
      return Optional.of(
          new Credentials(
              decoded(pair.substring(0, colon)), new Secret(decoded(pair.substring(colon + 1)))));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  private static String decoded(String part) {
    return URLDecoder.decode(part, StandardCharsets.UTF_8);
  }

  private record Credentials(String clientId, Secret secret) {}

  /** The token answer of RFC 6749, section 5.1. */
  @RegisterForReflection
  record Issued(
      @JsonProperty("access_token") String accessToken,
      @JsonProperty("token_type") String tokenType,
      @JsonProperty("expires_in") long expiresIn) {

    @Override
    public String toString() {
      return "Issued[…]";
    }
  }

  /** The error answer of RFC 6749, section 5.2, with the members of a problem beside its own. */
  @RegisterForReflection
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Refused(
      String error,
      @JsonProperty("error_description") String errorDescription,
      String type,
      String title,
      int status,
      String detail) {}

  private enum Refusal {
    INVALID_REQUEST(new ProblemType("invalid-request", 400, "The request is not valid")),
    UNSUPPORTED_GRANT_TYPE(
        new ProblemType("unsupported-grant-type", 400, "This grant type is not given here")),
    INVALID_CLIENT(new ProblemType("invalid-client", 401, "The client is not known"));

    private final ProblemType type;

    Refusal(ProblemType type) {
      this.type = type;
    }
  }
}
