package dev.dotori.socialshare.network;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dotori.socialshare.SocialShareConfig;
import dev.dotori.socialshare.network.NetworkException.Kind;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jboss.resteasy.reactive.client.api.ClientMultipartForm;

/**
 * Facebook: posts appear on a page that the member manages, the first one that they let the app
 * post to.
 *
 * <p>The access token is the page's, which doesn't expire; the renewal token is the member's own
 * long-lived one, which gives a page token anew. Sources: "Manually Build a Login Flow",
 * "Long-Lived Access Tokens", "Pages API: Posts", "Handling Errors", "Rate Limits".
 */
@ApplicationScoped
class Facebook implements SocialNetwork {

  private static final Limits LIMITS =
      new Limits(
          63_206, "characters", 10, 10L << 20, Set.of("image/jpeg", "image/png", "image/gif"));

  /** What is asked for: to list the member's pages, post to one, and read what was posted. */
  private static final String SCOPE =
      "openid,pages_show_list,pages_read_engagement,pages_manage_posts";

  private static final int DUPLICATE_STATUS = 506;

  /** Application, user and page limits, and those of Business Use Cases for pages. */
  private static final Set<Integer> THROTTLED = Set.of(4, 17, 32, 341, 368, 613, 80001);

  /** "API Unknown" and "API Service": temporary. */
  private static final Set<Integer> TEMPORARY = Set.of(1, 2);

  private static final Set<Integer> TOKEN = Set.of(102, 190);

  private final SocialShareConfig.Facebook app;
  private final GraphApi api;

  Facebook(SocialShareConfig config, GraphApi api) {
    this.app = config.facebook();
    this.api = api;
  }

  @Override
  public Network network() {
    return Network.FACEBOOK;
  }

  @Override
  public Limits limits() {
    return LIMITS;
  }

  @Override
  public int textLength(String text) {
    return text.length();
  }

  @Override
  public URI authorizeUrl(URI redirectUri, String state, String codeChallenge) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("client_id", app.clientId().orElseThrow());
    query.put("redirect_uri", redirectUri.toString());
    query.put("state", state);
    query.put("response_type", "code");
    query.put("scope", SCOPE);
    query.put("code_challenge", codeChallenge);
    query.put("code_challenge_method", "S256");
    return URI.create(
        app.dialogBaseUrl() + "/" + app.apiVersion() + "/dialog/oauth?" + UrlEncoded.form(query));
  }

  @Override
  public Authorization authorize(String code, String codeVerifier, URI redirectUri) {
    String shortLived =
        token(
            Map.of(
                "redirect_uri", redirectUri.toString(),
                "code_verifier", codeVerifier,
                "code", code));
    String longLived =
        token(Map.of("grant_type", "fb_exchange_token", "fb_exchange_token", shortLived));
    JsonNode page =
        pages(longLived)
            .filter(Facebook::maySend)
            .findFirst()
            .orElseThrow(
                () -> new NetworkException(Kind.REFUSED, "The account manages no page to post to"));
    return new Authorization(
        new Account(page.path("id").asText(), page.path("name").asText(), null),
        new Tokens(page.path("access_token").asText(), longLived, null));
  }

  @Override
  public Tokens renew(Account account, Tokens tokens) {
    return pages(tokens.renewal())
        .filter(page -> page.path("id").asText().equals(account.id()))
        .findFirst()
        .map(page -> new Tokens(page.path("access_token").asText(), tokens.renewal(), null))
        .orElseThrow(() ->
            new NetworkException(Kind.TOKEN_REJECTED, "The account no longer manages the page"));
  }

  private String token(Map<String, String> exchange) {
    Map<String, String> form = new LinkedHashMap<>(exchange);
    form.put("client_id", app.clientId().orElseThrow());
    form.put("client_secret", app.clientSecret().orElseThrow());
    return checked(NetworkAnswer.to(() -> api.token(app.apiVersion(), UrlEncoded.form(form))))
        .required("access_token");
  }

  private Stream<JsonNode> pages(String userToken) {
    NetworkAnswer answer =
        checked(
            NetworkAnswer.to(() ->
                api.pages(app.apiVersion(), bearer(userToken), "id,name,access_token,tasks")));
    return stream(answer.body().path("data"));
  }

  private static boolean maySend(JsonNode page) {
    return stream(page.path("tasks")).anyMatch(task -> task.asText().equals("CREATE_CONTENT"));
  }

  @Override
  public String upload(Account account, String accessToken, Picture picture) {
    ClientMultipartForm form =
        ClientMultipartForm.create()
            .attribute("published", "false", null)
            .binaryFileUpload("source", "photo", picture.file().toString(), picture.contentType());
    return checked(
            NetworkAnswer.to(
                () -> api.addPhoto(app.apiVersion(), account.id(), bearer(accessToken), form)))
        .required("id");
  }

  @Override
  public RemotePost publish(
      Account account, String accessToken, String text, List<String> mediaIds) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("message", text);
    for (int i = 0; i < mediaIds.size(); i++) {
      form.put("attached_media[" + i + "]", "{\"media_fbid\":\"" + mediaIds.get(i) + "\"}");
    }
    NetworkAnswer answer =
        checked(
            NetworkAnswer.to(() ->
                api.addPost(
                    app.apiVersion(), account.id(), bearer(accessToken), UrlEncoded.form(form))));
    return remotePost(answer.required("id"));
  }

  @Override
  public List<RemotePost> find(
      Account account, String accessToken, String text, List<String> mediaIds, Instant since) {
    NetworkAnswer answer =
        checked(
            NetworkAnswer.to(() ->
                api.feed(
                    app.apiVersion(),
                    account.id(),
                    bearer(accessToken),
                    "id,message,created_time,attachments{target,subattachments}",
                    since.getEpochSecond(),
                    100)));
    return stream(answer.body().path("data"))
        .filter(post -> isIt(post, text, mediaIds))
        .map(post -> remotePost(post.path("id").asText()))
        .toList();
  }

  /** Its pictures were uploaded for this very post; without pictures, the words have to do. */
  private static boolean isIt(JsonNode post, String text, List<String> mediaIds) {
    List<String> shown = attachedIds(post.path("attachments"));
    return mediaIds.isEmpty()
        ? shown.isEmpty() && post.path("message").asText().equals(text)
        : shown.containsAll(mediaIds);
  }

  private static List<String> attachedIds(JsonNode attachments) {
    List<String> ids = new ArrayList<>();
    for (JsonNode attachment : attachments.path("data")) {
      if (attachment.path("target").has("id")) {
        ids.add(attachment.path("target").path("id").asText());
      }
      ids.addAll(attachedIds(attachment.path("subattachments")));
    }
    return ids;
  }

  private RemotePost remotePost(String id) {
    return new RemotePost(id, URI.create(app.dialogBaseUrl() + "/" + id));
  }

  private static NetworkAnswer checked(NetworkAnswer answer) {
    JsonNode error = answer.body().path("error");
    if (answer.isSuccess() && error.isMissingNode()) {
      return answer;
    }
    int code = error.path("code").asInt(0);
    String detail =
        "Facebook: %s (code %d, subcode %s, trace %s)"
            .formatted(
                error.path("message").asText("status " + answer.status()),
                code,
                error.path("error_subcode").asText("none"),
                error.path("fbtrace_id").asText("none"));
    if (TOKEN.contains(code)) {
      throw new NetworkException(Kind.TOKEN_REJECTED, detail);
    }
    if (THROTTLED.contains(code) || answer.status() == 429) {
      throw new NetworkException(Kind.THROTTLED, detail, notBefore(answer));
    }
    if (code == DUPLICATE_STATUS) {
      throw new NetworkException(Kind.DUPLICATE, detail);
    }
    // Also codes 1 and 2 with a status of the 4xx class; a refused client secret has code 1 too,
    // and is then tried again in vain, which the limit of attempts ends.
    if (answer.isServerError() || TEMPORARY.contains(code)) {
      throw new NetworkException(Kind.UNANSWERED, detail, answer.retryAfter().orElse(null));
    }
    throw new NetworkException(Kind.REFUSED, detail);
  }

  /** The Business Use Case header gives minutes; its keys are ids of pages. */
  private static Instant notBefore(NetworkAnswer answer) {
    return answer
        .header("X-Business-Use-Case-Usage")
        .flatMap(NetworkAnswer::parse)
        .map(usage ->
            stream(usage)
                .flatMap(Facebook::stream)
                .mapToLong(use -> use.path("estimated_time_to_regain_access").asLong())
                .max()
                .orElse(0))
        .filter(minutes -> minutes > 0)
        .map(minutes -> Instant.now().plusSeconds(60 * minutes))
        .or(answer::retryAfter)
        .orElse(null);
  }

  private static Stream<JsonNode> stream(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false);
  }

  private static String bearer(String token) {
    return "Bearer " + token;
  }
}
