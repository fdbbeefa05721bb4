package dev.dotori.socialshare.media;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.quarkus.oidc.client.filter.OidcClientFilter;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.io.InputStream;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** What the media service offers to services. */
@Path("/internal/media")
@RegisterRestClient(configKey = "media")
@OidcClientFilter
public interface MediaApi {

  @GET
  @Path("/{id}")
  Manifest manifest(@PathParam("id") UUID id);

  /** The bytes of a variant, or without one of the original; streamed. */
  @GET
  @Path("/{id}/content")
  InputStream content(@PathParam("id") UUID id, @QueryParam("variant") String variant);

  /** What is known of a file. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Manifest(
      UUID id, UUID ownerId, String status, String contentType, List<Variant> variants) {}

  /** A rendering of an image. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Variant(String name, Integer width, Integer height) {}
}
