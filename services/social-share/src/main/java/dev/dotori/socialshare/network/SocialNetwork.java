package dev.dotori.socialshare.network;

import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What social-share asks of a network. Every call may throw a {@link NetworkException}.
 *
 * <p>Calls go to the configured base URLs only; redirects are not followed.
 */
public interface SocialNetwork {

  Network network();

  Limits limits();

  /** What fits into one post. */
  record Limits(
      int textLimit, String textUnit, int mediaLimit, long mediaBytes, Set<String> mediaTypes) {}

  /** The text's length as the network counts it, to compare with {@link Limits#textLimit()}. */
  int textLength(String text);

  /**
   * The address of the consent page.
   *
   * @param codeChallenge of PKCE, method S256
   */
  URI authorizeUrl(URI redirectUri, String state, String codeChallenge);

  /** Exchanges the code that the consent page gave. */
  Authorization authorize(String code, String codeVerifier, URI redirectUri);

  /** What a member allowed: to post as an account, by tokens. */
  record Authorization(Account account, Tokens tokens) {}

  /**
   * On whose behalf posts appear.
   *
   * @param handle the name in addresses, or null where the id serves for that
   */
  record Account(String id, String name, String handle) {}

  /**
   * @param access goes with each request
   * @param renewal is exchanged for the next tokens when that one is no longer taken; or null
   * @param expiresAt when the access token ends, or null when it doesn't
   */
  record Tokens(String access, String renewal, Instant expiresAt) {}

  /**
   * Exchanges the renewal token. {@code TOKEN_REJECTED} means that the member must connect again.
   */
  Tokens renew(Account account, Tokens tokens);

  /** A picture in a file, small enough and of a type that the network takes. */
  record Picture(Path file, String contentType) {}

  /** Uploads a picture for a post to come; nobody sees it yet. Returns the network's id of it. */
  String upload(Account account, String accessToken, Picture picture);

  /** Makes a post visible. The one call that must not be made twice blindly. */
  RemotePost publish(Account account, String accessToken, String text, List<String> mediaIds);

  /** A post as the network knows it. */
  record RemotePost(String id, URI url) {}

  /**
   * The account's posts since a time that show this text with these pictures: what a call of {@link
   * #publish} without an answer may have left, newest first.
   */
  List<RemotePost> find(
      Account account, String accessToken, String text, List<String> mediaIds, Instant since);
}
