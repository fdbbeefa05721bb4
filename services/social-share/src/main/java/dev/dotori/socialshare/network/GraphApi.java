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

/**
 * The calls of Facebook's Graph API that are used. Bearer tokens go in the header, never in a URL.
 */
@Path("/{version}")
public interface GraphApi {

  @POST
  @Path("/oauth/access_token")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  Response token(@PathParam("version") String version, String form);

  @GET
  @Path("/me/accounts")
  Response pages(
      @PathParam("version") String version,
      @HeaderParam("Authorization") String bearer,
      @QueryParam("fields") String fields);

  @POST
  @Path("/{pageId}/photos")
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  Response addPhoto(
      @PathParam("version") String version,
      @PathParam("pageId") String pageId,
      @HeaderParam("Authorization") String bearer,
      ClientMultipartForm form);

  @POST
  @Path("/{pageId}/feed")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  Response addPost(
      @PathParam("version") String version,
      @PathParam("pageId") String pageId,
      @HeaderParam("Authorization") String bearer,
      String form);

  @GET
  @Path("/{pageId}/feed")
  Response feed(
      @PathParam("version") String version,
      @PathParam("pageId") String pageId,
      @HeaderParam("Authorization") String bearer,
      @QueryParam("fields") String fields,
      @QueryParam("since") long since,
      @QueryParam("limit") int limit);
}
