package dev.dotori.socialshare.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dotori.socialshare.SocialShareConfig;
import dev.dotori.socialshare.network.NetworkException.Kind;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jboss.resteasy.reactive.client.api.ClientMultipartForm;

/**
 * X: posts appear on the member's own account. Access tokens last two hours; a renewal token works
 * once and brings the next. Sources: "OAuth 2.0 Authorization Code Flow with PKCE", "Upload media",
 * "Create Post", "Rate limits".
 */
@ApplicationScoped
class X implements SocialNetwork {

  private static final Limits LIMITS =
      new Limits(
          WeightedText.MAX,
          "weighted characters",
          4,
          5L << 20,
          Set.of("image/jpeg", "image/png", "image/webp"));

  private static final String SCOPE =
      "tweet.read tweet.write users.read media.write offline.access";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final SocialShareConfig.X app;
  private final XApi api;

  X(SocialShareConfig config, XApi api) {
    this.app = config.x();
    this.api = api;
  }

  @Override
  public Network network() {
    return Network.X;
  }

  @Override
  public Limits limits() {
    return LIMITS;
  }

  @Override
  public int textLength(String text) {
    return WeightedText.weigh(text);
  }

  @Override
  public URI authorizeUrl(URI redirectUri, String state, String codeChallenge) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("response_type", "code");
    query.put("client_id", app.clientId().orElseThrow());
    query.put("redirect_uri", redirectUri.toString());
    query.put("scope", SCOPE);
    query.put("state", state);
    query.put("code_challenge", codeChallenge);
    query.put("code_challenge_method", "S256");
    return URI.create(app.dialogBaseUrl() + "/i/oauth2/authorize?" + UrlEncoded.form(query));
  }

  @Override
  public Authorization authorize(String code, String codeVerifier, URI redirectUri) {
    Tokens tokens =
        token(
            Map.of(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "redirect_uri",
                redirectUri.toString(),
                "code_verifier",
                codeVerifier));
    NetworkAnswer me = checked(NetworkAnswer.to(() -> api.me(bearer(tokens.access()))));
    Account account =
        new Account(
            me.required("data", "id"),
            me.required("data", "name"),
            me.required("data", "username"));
    return new Authorization(account, tokens);
  }

  @Override
  public Tokens renew(Account account, Tokens tokens) {
    if (tokens.renewal() == null) {
      throw new NetworkException(Kind.TOKEN_REJECTED, "X: the access ended and can't be renewed");
    }
    return token(Map.of("grant_type", "refresh_token", "refresh_token", tokens.renewal()));
  }

  private Tokens token(Map<String, String> exchange) {
    Map<String, String> form = new LinkedHashMap<>(exchange);
    String clientId = app.clientId().orElseThrow();
    String basic = app.clientSecret().map(secret -> basic(clientId, secret)).orElse(null);
    if (basic == null) {
      form.put("client_id", clientId);
    }
    NetworkAnswer answer =
        checkedToken(NetworkAnswer.to(() -> api.token(basic, UrlEncoded.form(form))));
    long lifetime = answer.body().path("expires_in").asLong(7200);
    return new Tokens(
        answer.required("access_token"),
        answer.body().path("refresh_token").textValue(),
        Instant.now().plusSeconds(lifetime));
  }

  @Override
  public String upload(Account account, String accessToken, Picture picture) {
    ClientMultipartForm form =
        ClientMultipartForm.create()
            .attribute("media_category", "tweet_image", null)
            .attribute("media_type", picture.contentType(), null)
            .binaryFileUpload("media", "photo", picture.file().toString(), picture.contentType());
    return checked(NetworkAnswer.to(() -> api.upload(bearer(accessToken), form)))
        .required("data", "id");
  }

  @Override
  public RemotePost publish(
      Account account, String accessToken, String text, List<String> mediaIds) {
    ObjectNode post = JSON.createObjectNode().put("text", text);
    if (!mediaIds.isEmpty()) {
      mediaIds.forEach(post.putObject("media").putArray("media_ids")::add);
    }
    NetworkAnswer answer =
        checked(NetworkAnswer.to(() -> api.createPost(bearer(accessToken), post.toString())));
    return remotePost(account, answer.required("data", "id"));
  }

  @Override
  public List<RemotePost> find(
      Account account, String accessToken, String text, List<String> mediaIds, Instant since) {
    NetworkAnswer answer =
        checked(
            NetworkAnswer.to(() ->
                api.posts(
                    bearer(accessToken),
                    account.id(),
                    since.truncatedTo(ChronoUnit.SECONDS).toString(),
                    100,
                    "created_at,attachments,entities")));
    return StreamSupport.stream(answer.body().path("data").spliterator(), false)
        .filter(post -> isIt(post, text, mediaIds))
        .map(post -> remotePost(account, post.path("id").asText()))
        .toList();
  }

  /** Its pictures were uploaded for this very post; without pictures, the words have to do. */
  private static boolean isIt(JsonNode post, String text, List<String> mediaIds) {
    List<String> shown =
        StreamSupport.stream(post.path("attachments").path("media_keys").spliterator(), false)
            .map(key -> key.asText().replaceFirst("^\\d+_", ""))
            .toList();
    return mediaIds.isEmpty()
        ? shown.isEmpty() && plainText(post).equals(text.strip())
        : shown.containsAll(mediaIds);
  }

  /** X answers links shortened and three characters as HTML entities: undo both. */
  private static String plainText(JsonNode post) {
    String text = post.path("text").asText();
    for (JsonNode link : post.path("entities").path("urls")) {
      String shortened = link.path("url").asText();
      if (!shortened.isEmpty()) {
        text = text.replace(shortened, link.path("expanded_url").asText());
      }
    }
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip();
  }

  private RemotePost remotePost(Account account, String id) {
    return new RemotePost(
        id, URI.create(app.dialogBaseUrl() + "/" + account.handle() + "/status/" + id));
  }

  private static NetworkAnswer checked(NetworkAnswer answer) {
    if (answer.isSuccess()) {
      return answer;
    }
    String detail = detail(answer);
    throw switch (answer.status()) {
      case 401 -> new NetworkException(Kind.TOKEN_REJECTED, detail);
      case 403 ->
          detail.contains("duplicate content")
              ? new NetworkException(Kind.DUPLICATE, detail)
              : new NetworkException(Kind.REFUSED, detail);
      default -> general(answer, detail);
    };
  }

  /**
   * At the token endpoint, 400 says that what was to be exchanged is worth nothing; other refusals,
   * as 401 for our own credentials, say nothing about the member.
   */
  private static NetworkAnswer checkedToken(NetworkAnswer answer) {
    if (answer.isSuccess()) {
      return answer;
    }
    String detail = detail(answer);
    throw answer.status() == 400
        ? new NetworkException(Kind.TOKEN_REJECTED, detail)
        : general(answer, detail);
  }

  private static NetworkException general(NetworkAnswer answer, String detail) {
    if (answer.status() == 429) {
      return new NetworkException(Kind.THROTTLED, detail, notBefore(answer));
    }
    return answer.isServerError()
        ? new NetworkException(Kind.UNANSWERED, detail, answer.retryAfter().orElse(null))
        : new NetworkException(Kind.REFUSED, detail);
  }

  private static Instant notBefore(NetworkAnswer answer) {
    return answer
        .header("x-rate-limit-reset")
        .filter(value -> value.matches("\\d{1,12}"))
        .map(seconds -> Instant.ofEpochSecond(Long.parseLong(seconds)))
        .or(answer::retryAfter)
        .orElse(null);
  }

  private static String detail(NetworkAnswer answer) {
    JsonNode body = answer.body();
    String said =
        body.path("errors")
            .path(0)
            .path("message")
            .asText(body.path("detail").asText(body.path("error_description").asText("")));
    return "X: %s (status %d)".formatted(said.isEmpty() ? "refused" : said, answer.status());
  }

  private static String bearer(String token) {
    return "Bearer " + token;
  }

  private static String basic(String clientId, String secret) {
    byte[] pair = (clientId + ":" + secret).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }
}
