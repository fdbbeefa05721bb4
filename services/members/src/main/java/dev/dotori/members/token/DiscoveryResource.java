package dev.dotori.members.token;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.dotori.members.MembersConfig;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** What a verifier of tokens needs to know, where OpenID Connect Discovery looks for it. */
@Path("/.well-known")
@Tag(name = "Identity")
@PermitAll
@Produces(MediaType.APPLICATION_JSON)
public class DiscoveryResource {

  private final SigningKeys keys;
  private final Metadata metadata;
  private final String cacheControl;

  DiscoveryResource(
      SigningKeys keys,
      MembersConfig config,
      @ConfigProperty(name = "dotori.issuer") String issuer) {
    this.keys = keys;
    this.metadata = Metadata.of(issuer);
    this.cacheControl = "public, max-age=" + config.tokens().keySetMaxAge().toSeconds();
  }

  @GET
  @Path("openid-configuration")
  @Operation(summary = "The issuer's metadata")
  public RestResponse<Metadata> metadata() {
    return cached(metadata);
  }

  @GET
  @Path("jwks.json")
  @Operation(summary = "The keys that verify tokens")
  public RestResponse<Map<String, Object>> keySet() {
    return cached(keys.publicKeySet(Instant.now()));
  }

  private <T> RestResponse<T> cached(T body) {
    return RestResponse.ResponseBuilder.ok(body)
        .header(HttpHeaders.CACHE_CONTROL, cacheControl)
        .build();
  }

  /** The part of OpenID Connect Discovery 1.0 that applies: there is no browser sign-in here. */
  public record Metadata(
      String issuer,
      @JsonProperty("jwks_uri") String jwksUri,
      @JsonProperty("token_endpoint") String tokenEndpoint,
      @JsonProperty("grant_types_supported") List<String> grantTypes,
      @JsonProperty("response_types_supported") List<String> responseTypes,
      @JsonProperty("subject_types_supported") List<String> subjectTypes,
      @JsonProperty("id_token_signing_alg_values_supported") List<String> signingAlgorithms,
      @JsonProperty("token_endpoint_auth_methods_supported") List<String> authMethods) {

    static Metadata of(String issuer) {
      String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
      return new Metadata(
          issuer,
          base + "/.well-known/jwks.json",
          base + "/v1/oauth/token",
          List.of("client_credentials"),
          List.of("token"),
          List.of("public"),
          List.of("ES256"),
          List.of("client_secret_basic"));
    }
  }
}
