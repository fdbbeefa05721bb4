package dev.dotori.sandbox.x;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.dotori.sandbox.Network;
import dev.dotori.sandbox.SandboxConfig;
import dev.dotori.sandbox.faults.Operation;
import dev.dotori.sandbox.state.Account;
import dev.dotori.sandbox.state.Ids;
import dev.dotori.sandbox.state.Picture;
import dev.dotori.sandbox.state.Post;
import dev.dotori.sandbox.state.SandboxState;
import dev.dotori.sandbox.state.Token;
import dev.dotori.sandbox.x.XCalls.Endpoint;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.multipart.FileUpload;

/** The API v2's endpoints that posting with pictures needs. */
@Path("/2")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class XResource {

  private static final Endpoint ME = new Endpoint("users/me", Operation.READ, "users.read", 75);
  private static final Endpoint TIMELINE =
      new Endpoint("users/tweets", Operation.READ, "tweet.read", 900);
  private static final Endpoint UPLOAD =
      new Endpoint("media/upload", Operation.UPLOAD, "media.write", 5_000);

  private static final Set<String> IMAGE_TYPES =
      Set.of("image/jpeg", "image/bmp", "image/png", "image/webp", "image/pjpeg", "image/tiff");
  private static final long MAX_IMAGE = 5L << 20;
  private static final Duration MEDIA_LIFETIME = Duration.ofDays(1);

  /** X refuses the same words again for a while. */
  private static final Duration DUPLICATE_WINDOW = Duration.ofHours(1);

  private final SandboxState state;
  private final XCalls calls;
  private final Endpoint createPost;

  public XResource(SandboxState state, XCalls calls, SandboxConfig config) {
    this.state = state;
    this.calls = calls;
    this.createPost =
        new Endpoint("tweets", Operation.POST, "tweet.write", config.x().postsPerWindow());
  }

  @GET
  @Path("/users/me")
  public Response me(@RestHeader("Authorization") String authorization) {
    Token token = calls.token(authorization);
    return calls.as(
        token,
        ME,
        200,
        () -> {
          Account account = state.account(token.accountId()).orElseThrow();
          return Map.of(
              "data",
              Map.of("id", account.id(), "name", account.name(), "username", account.username()));
        });
  }

  /** Upload of an image at once. */
  @POST
  @Path("/media/upload")
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  public Response upload(
      @RestHeader("Authorization") String authorization,
      @RestForm("media") FileUpload media,
      @RestForm("media_category") String category,
      @RestForm("media_type") String mediaType) {
    Token token = calls.token(authorization);
    if (media == null || media.size() == 0) {
      throw XProblem.invalidRequest("media", "media is required");
    }
    if (!"tweet_image".equals(category)) {
      throw XProblem.invalidRequest("media_category", "media_category must be tweet_image here");
    }
    String type = mediaType == null ? media.contentType() : mediaType;
    if (!IMAGE_TYPES.contains(type)) {
      throw XProblem.invalidRequest("media_type", "media type unrecognized: " + type);
    }
    if (media.size() > MAX_IMAGE) {
      throw XProblem.invalidRequest("media", "the image is larger than 5 MB");
    }
    return calls.as(
        token,
        UPLOAD,
        200,
        () -> {
          Picture begun = state.begin(Network.X, token.accountId(), type);
          return media(state.complete(state.append(begun, media.uploadedFile())), true);
        });
  }

  /** What an upload in chunks begins with. */
  public record Initialize(
      @JsonProperty("media_category") String mediaCategory,
      @JsonProperty("media_type") String mediaType,
      @JsonProperty("total_bytes") Long totalBytes) {}

  @POST
  @Path("/media/upload/initialize")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response initialize(
      @RestHeader("Authorization") String authorization, Initialize initialize) {
    Token token = calls.token(authorization);
    if (initialize == null || initialize.mediaType() == null || initialize.totalBytes() == null) {
      throw XProblem.invalidRequest("media_type", "media_type and total_bytes are required");
    }
    return calls.as(
        token,
        UPLOAD,
        200,
        () -> media(state.begin(Network.X, token.accountId(), initialize.mediaType()), false));
  }

  @POST
  @Path("/media/upload/{id: \\d+}/append")
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  public Response append(
      @RestHeader("Authorization") String authorization,
      String id,
      @RestForm("segment_index") Integer segmentIndex,
      @RestForm("media") FileUpload media) {
    Token token = calls.token(authorization);
    Picture picture = ownPicture(token, id);
    if (segmentIndex == null || media == null || picture.complete()) {
      throw XProblem.invalidRequest("segment_index", "segment_index and media are required");
    }
    if (picture.size() + media.size() > 3 * MAX_IMAGE) {
      throw XProblem.invalidRequest("media", "the file is larger than 15 MB");
    }
    return calls.as(
        token,
        UPLOAD,
        200,
        () -> {
          state.append(picture, media.uploadedFile());
          return Map.of(
              "data", Map.of("expires_at", Instant.now().plus(MEDIA_LIFETIME).getEpochSecond()));
        });
  }

  @POST
  @Path("/media/upload/{id: \\d+}/finalize")
  public Response complete(@RestHeader("Authorization") String authorization, String id) {
    Token token = calls.token(authorization);
    Picture picture = ownPicture(token, id);
    return calls.as(token, UPLOAD, 200, () -> media(state.complete(picture), true));
  }

  private Picture ownPicture(Token token, String id) {
    return state
        .picture(id)
        .filter(picture -> picture.network() == Network.X)
        .filter(picture -> picture.publisherId().equals(token.accountId()))
        .orElseThrow(
            () -> XProblem.invalidRequest("media.media_ids", "Your media IDs are invalid."));
  }

  private static Map<String, Object> media(Picture picture, boolean complete) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("id", picture.id());
    data.put("media_key", mediaKey(picture.id()));
    data.put("expires_after_secs", MEDIA_LIFETIME.toSeconds());
    if (complete) {
      data.put("size", picture.size());
    }
    return Map.of("data", data);
  }

  private static String mediaKey(String pictureId) {
    return "3_" + pictureId;
  }

  /** A post to create. */
  public record CreatePost(String text, Media media) {

    /** Its pictures. */
    public record Media(@JsonProperty("media_ids") List<String> mediaIds) {}

    List<String> pictureIds() {
      return media == null || media.mediaIds() == null ? List.of() : media.mediaIds();
    }
  }

  @POST
  @Path("/tweets")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response create(@RestHeader("Authorization") String authorization, CreatePost create) {
    Token token = calls.token(authorization);
    if (create == null
        || ((create.text() == null || create.text().isBlank()) && create.pictureIds().isEmpty())) {
      throw XProblem.invalidRequest("text", "text or media is required");
    }
    String text = create.text() == null ? "" : create.text();
    if (WeightedText.weigh(text) > WeightedText.MAX) {
      throw XProblem.notPermitted(
          "You are not permitted to create a Tweet of more than 280 characters.");
    }
    if (create.pictureIds().size() > 4) {
      throw XProblem.invalidRequest("media.media_ids", "At most 4 media.");
    }
    create.pictureIds().forEach(id -> checkAttachable(token, id));
    return calls.as(token, createPost, 201, () -> post(token, text, create.pictureIds()));
  }

  private void checkAttachable(Token token, String id) {
    Picture picture = ownPicture(token, id);
    boolean expired = picture.uploadedAt().plus(MEDIA_LIFETIME).isBefore(Instant.now());
    if (!picture.complete() || expired) {
      throw XProblem.invalidRequest("media.media_ids", "Your media IDs are invalid.");
    }
  }

  private Object post(Token token, String text, List<String> pictureIds) {
    Instant since = Instant.now().minus(DUPLICATE_WINDOW);
    boolean duplicate =
        pictureIds.isEmpty()
            && postsOf(token.accountId()).stream()
                .anyMatch(post ->
                    post.pictureIds().isEmpty()
                        && post.text().equals(text)
                        && post.createdAt().isAfter(since));
    if (duplicate) {
      throw XProblem.duplicate();
    }
    Post post =
        new Post(Ids.snowflake(), Network.X, token.accountId(), text, pictureIds, Instant.now());
    state.add(post);
    return Map.of(
        "data",
        Map.of(
            "id", post.id(), "text", escaped(text), "edit_history_tweet_ids", List.of(post.id())));
  }

  @GET
  @Path("/users/{id: \\d+}/tweets")
  public Response timeline(
      @RestHeader("Authorization") String authorization,
      String id,
      @RestQuery("max_results") @DefaultValue("10") int maxResults,
      @RestQuery("start_time") Instant startTime) {
    Token token = calls.token(authorization);
    if (maxResults < 5 || maxResults > 100) {
      throw XProblem.invalidRequest("max_results", "max_results must be between 5 and 100");
    }
    state
        .account(id)
        .filter(account -> account.network() == Network.X)
        .orElseThrow(() -> XProblem.notFound("Could not find user with id: [" + id + "]."));
    Instant from = startTime == null ? Instant.EPOCH : startTime;
    return calls.as(
        token,
        TIMELINE,
        200,
        () -> {
          List<Map<String, Object>> found =
              postsOf(id).stream()
                  .filter(post -> !post.createdAt().isBefore(from))
                  .limit(maxResults)
                  .map(XResource::fields)
                  .toList();
          return found.isEmpty()
              ? Map.of("meta", Map.of("result_count", 0))
              : Map.of("data", found, "meta", Map.of("result_count", found.size()));
        });
  }

  private List<Post> postsOf(String accountId) {
    return state.posts(Network.X).stream()
        .filter(post -> post.publisherId().equals(accountId))
        .toList();
  }

  /** All of {@code tweet.fields=created_at,attachments,entities} at once. */
  private static Map<String, Object> fields(Post post) {
    Map<String, Object> tweet = new LinkedHashMap<>();
    tweet.put("id", post.id());
    tweet.put("text", escaped(post.text()));
    tweet.put("created_at", post.createdAt().truncatedTo(ChronoUnit.MILLIS).toString());
    tweet.put("edit_history_tweet_ids", List.of(post.id()));
    if (!post.pictureIds().isEmpty()) {
      tweet.put(
          "attachments",
          Map.of("media_keys", post.pictureIds().stream().map(XResource::mediaKey).toList()));
    }
    return tweet;
  }

  /** X answers text with these three characters as HTML entities. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
