package dev.dotori.posting.media;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.quarkus.oidc.client.filter.OidcClientFilter;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.WebApplicationException;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** The media service, as far as posts ask it. */
@Path("/internal/media")
@RegisterRestClient(configKey = "media")
@OidcClientFilter
interface MediaClient {

  /**
   * A file.
   *
   * @throws WebApplicationException 404 when there is none
   */
  @GET
  @Path("/{id}")
  File get(@PathParam("id") UUID id);

  /** What it answers, as far as it matters here. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record File(UUID id, UUID ownerId, String status, String reason) {}
}
