package dev.dotori.socialshare.network;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.client.api.ClientMultipartForm;

/** The calls of X's API v2 that are used. */
@Path("/2")
public interface XApi {

  /** Authorization: HTTP Basic for a confidential client, null for a public one. */
  @POST
  @Path("/oauth2/token")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  Response token(@HeaderParam("Authorization") String basic, String form);

  @GET
  @Path("/users/me")
  Response me(@HeaderParam("Authorization") String bearer);

  @POST
  @Path("/media/upload")
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  Response upload(@HeaderParam("Authorization") String bearer, ClientMultipartForm form);

  @POST
  @Path("/tweets")
  @Consumes(MediaType.APPLICATION_JSON)
  Response createPost(@HeaderParam("Authorization") String bearer, String json);

  @GET
  @Path("/users/{id}/tweets")
  Response posts(
      @HeaderParam("Authorization") String bearer,
      @PathParam("id") String id,
      @QueryParam("start_time") String startTime,
      @QueryParam("max_results") int maxResults,
      @QueryParam("tweet.fields") String tweetFields);
}
