package dev.dotori.sandbox.facebook;

import dev.dotori.sandbox.Network;
import dev.dotori.sandbox.faults.Operation;
import dev.dotori.sandbox.state.Account;
import dev.dotori.sandbox.state.Ids;
import dev.dotori.sandbox.state.Picture;
import dev.dotori.sandbox.state.Post;
import dev.dotori.sandbox.state.SandboxState;
import dev.dotori.sandbox.state.Token;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.multipart.FileUpload;

/** The Graph API's nodes and edges that publishing to a page needs ("Page Photos", "Page Feed"). */
@Path("/{version: v\\d+\\.\\d+}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class GraphResource {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxx").withZone(ZoneOffset.UTC);

  /** Facebook refuses the same words again for a while. */
  private static final Duration DUPLICATE_WINDOW = Duration.ofHours(1);

  private static final int MAX_MESSAGE = 63_206;
  private static final long MAX_PICTURE = 10L << 20;

  private final SandboxState state;
  private final FacebookCalls calls;

  public GraphResource(SandboxState state, FacebookCalls calls) {
    this.state = state;
    this.calls = calls;
  }

  @GET
  @Path("/me")
  public Map<String, Object> me(
      @RestHeader("Authorization") String authorization,
      @RestQuery("access_token") String accessToken) {
    Token token = calls.token(authorization, accessToken);
    return calls.as(token, Operation.READ, () -> person(token));
  }

  private Map<String, Object> person(Token token) {
    Account account = state.account(token.accountId()).orElseThrow();
    return token.kind() == Token.Kind.PAGE
        ? Map.of("id", account.pageId(), "name", pageName(account))
        : Map.of("id", account.id(), "name", account.name());
  }

  /** The pages that the person manages, each with a page token: here always one. */
  @GET
  @Path("/me/accounts")
  public Map<String, Object> pages(
      @RestHeader("Authorization") String authorization,
      @RestQuery("access_token") String accessToken) {
    Token token = calls.token(authorization, accessToken);
    if (token.kind() != Token.Kind.USER) {
      throw GraphError.invalidParameter(
          "A user access token is required to request this resource.");
    }
    return calls.as(token, Operation.READ, () -> pagesOf(token));
  }

  private Map<String, Object> pagesOf(Token token) {
    Account account = state.account(token.accountId()).orElseThrow();
    // "If you used a long-lived User access token, the Page access token has no expiration date."
    boolean longLived = token.expiresAt().isAfter(Instant.now().plus(Duration.ofHours(2)));
    Token page =
        state.issue(
            Network.FACEBOOK,
            Token.Kind.PAGE,
            account.id(),
            token.grantId(),
            token.scope(),
            longLived ? null : Duration.between(Instant.now(), token.expiresAt()));
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("access_token", page.value());
    entry.put("category", "Community");
    entry.put("name", pageName(account));
    entry.put("id", account.pageId());
    entry.put(
        "tasks",
        List.of("ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE"));
    return Map.of(
        "data",
        List.of(entry),
        "paging",
        Map.of("cursors", Map.of("before", "MAZDZD", "after", "MAZDZD")));
  }

  private static String pageName(Account account) {
    return account.name() + "'s page";
  }

  /** The person takes back what they allowed. */
  @DELETE
  @Path("/me/permissions")
  public Map<String, Object> revoke(
      @RestHeader("Authorization") String authorization,
      @RestQuery("access_token") String accessToken) {
    Token token = calls.token(authorization, accessToken);
    state.revokeAll(Network.FACEBOOK, token.accountId());
    return Map.of("success", true);
  }

  @POST
  @Path("/{pageId: \\d+}/photos")
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  public Map<String, Object> addPhoto(
      String pageId,
      @RestHeader("Authorization") String authorization,
      @RestForm("access_token") String accessToken,
      @RestForm("source") FileUpload source,
      @RestForm("published") @DefaultValue("true") boolean published,
      @RestForm("message") String message) {
    Token token = pageToken(pageId, authorization, accessToken);
    if (source == null || source.size() == 0) {
      throw GraphError.invalidParameter("No photo: source is missing or empty.");
    }
    if (source.size() > MAX_PICTURE
        || source.contentType() == null
        || !source.contentType().startsWith("image/")) {
      throw GraphError.invalidParameter("Invalid image: at most 10 MB of JPEG, PNG, GIF, WebP.");
    }
    return calls.as(token, Operation.UPLOAD, () -> keepPhoto(pageId, source, published, message));
  }

  private Map<String, Object> keepPhoto(
      String pageId, FileUpload source, boolean published, String message) {
    Picture begun = state.begin(Network.FACEBOOK, pageId, source.contentType());
    Picture photo = state.complete(state.append(begun, source.uploadedFile()));
    if (!published) {
      return Map.of("id", photo.id());
    }
    Post post = publish(pageId, message == null ? "" : message, List.of(photo.id()));
    return Map.of("id", photo.id(), "post_id", post.id());
  }

  @POST
  @Path("/{pageId: \\d+}/feed")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Map<String, Object> addPost(
      String pageId,
      @RestHeader("Authorization") String authorization,
      MultivaluedMap<String, String> form) {
    Token token = pageToken(pageId, authorization, form.getFirst("access_token"));
    String message = form.getFirst("message") == null ? "" : form.getFirst("message");
    List<String> photos = attachedMedia(pageId, form);
    if (message.isEmpty() && photos.isEmpty() && form.getFirst("link") == null) {
      throw GraphError.invalidParameter("Missing message or attachment");
    }
    if (message.length() > MAX_MESSAGE) {
      throw GraphError.invalidParameter("Param message must be at most 63206 characters long");
    }
    return calls.as(token, Operation.POST, () -> post(pageId, message, photos));
  }

  private Map<String, Object> post(String pageId, String message, List<String> photos) {
    Instant since = Instant.now().minus(DUPLICATE_WINDOW);
    boolean duplicate =
        photos.isEmpty()
            && postsOf(pageId).stream()
                .anyMatch(post ->
                    post.pictureIds().isEmpty()
                        && post.text().equals(message)
                        && post.createdAt().isAfter(since));
    if (duplicate) {
      throw GraphError.duplicate();
    }
    return Map.of("id", publish(pageId, message, photos).id());
  }

  private Post publish(String pageId, String message, List<String> photos) {
    Post post =
        new Post(
            pageId + "_" + Ids.fbid(), Network.FACEBOOK, pageId, message, photos, Instant.now());
    state.add(post);
    return post;
  }

  /** {@code attached_media[0]={"media_fbid":"…"}} and so on. */
  private List<String> attachedMedia(String pageId, MultivaluedMap<String, String> form) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; form.containsKey("attached_media[" + i + "]"); i++) {
      String value = form.getFirst("attached_media[" + i + "]");
      String id = value.replaceFirst("^\\{\\s*\"media_fbid\"\\s*:\\s*\"(\\d+)\"\\s*}$", "$1");
      boolean known =
          state
              .picture(id)
              .filter(photo ->
                  photo.network() == Network.FACEBOOK && photo.publisherId().equals(pageId))
              .isPresent();
      if (!known) {
        throw GraphError.invalidParameter("Invalid attached_media[" + i + "]");
      }
      ids.add(id);
    }
    return ids;
  }

  @GET
  @Path("/{pageId: \\d+}/feed")
  public Map<String, Object> feed(
      String pageId,
      @RestHeader("Authorization") String authorization,
      @RestQuery("access_token") String accessToken,
      @RestQuery("fields") @DefaultValue("id,message,created_time") String fields,
      @RestQuery("since") Long since,
      @RestQuery("limit") @DefaultValue("25") int limit) {
    Token token = pageToken(pageId, authorization, accessToken);
    if (limit < 1 || limit > 100) {
      throw GraphError.invalidParameter("Param limit must be between 1 and 100");
    }
    Instant from = since == null ? Instant.EPOCH : Instant.ofEpochSecond(since);
    return calls.as(
        token,
        Operation.READ,
        () ->
            Map.of(
                "data",
                postsOf(pageId).stream()
                    .filter(post -> !post.createdAt().isBefore(from))
                    .limit(limit)
                    .map(post -> fields(post, fields))
                    .toList()));
  }

  @GET
  @Path("/{postId: \\d+_\\d+}")
  public Map<String, Object> post(
      String postId,
      @RestHeader("Authorization") String authorization,
      @RestQuery("access_token") String accessToken,
      @RestQuery("fields") @DefaultValue("id,message,created_time") String fields,
      @Context UriInfo uri) {
    String pageId = postId.substring(0, postId.indexOf('_'));
    Token token = pageToken(pageId, authorization, accessToken);
    return calls.as(
        token,
        Operation.READ,
        () -> {
          Post post =
              state
                  .post(Network.FACEBOOK, postId)
                  .orElseThrow(() -> GraphError.unknownObject(postId));
          Map<String, Object> answer = fields(post, fields);
          if (fields.contains("permalink_url")) {
            answer.put("permalink_url", uri.getBaseUri().resolve("/" + postId).toString());
          }
          return answer;
        });
  }

  private List<Post> postsOf(String pageId) {
    return state.posts(Network.FACEBOOK).stream()
        .filter(post -> post.publisherId().equals(pageId))
        .toList();
  }

  private static Map<String, Object> fields(Post post, String fields) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("id", post.id());
    if (fields.contains("message") && !post.text().isEmpty()) {
      answer.put("message", post.text());
    }
    if (fields.contains("created_time")) {
      answer.put("created_time", TIME.format(post.createdAt()));
    }
    if (fields.contains("attachments") && !post.pictureIds().isEmpty()) {
      answer.put("attachments", Map.of("data", List.of(attachment(post.pictureIds()))));
    }
    return answer;
  }

  /** One photo is an attachment itself; several are an album with an attachment for each. */
  private static Map<String, Object> attachment(List<String> photoIds) {
    if (photoIds.size() == 1) {
      return Map.of("type", "photo", "target", Map.of("id", photoIds.getFirst()));
    }
    return Map.of(
        "type",
        "album",
        "subattachments",
        Map.of("data", photoIds.stream().map(id -> attachment(List.of(id))).toList()));
  }

  private Token pageToken(String pageId, String authorization, String parameter) {
    Token token = calls.token(authorization, parameter);
    boolean ofThisPage =
        token.kind() == Token.Kind.PAGE
            && state.account(token.accountId()).orElseThrow().pageId().equals(pageId);
    if (!ofThisPage) {
      throw GraphError.permission(
          "If posting to a page, requires pages_read_engagement and pages_manage_posts as an admin with sufficient administrative permission");
    }
    return token;
  }
}
