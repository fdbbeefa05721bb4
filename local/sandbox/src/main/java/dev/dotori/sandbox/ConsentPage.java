package dev.dotori.sandbox;

import dev.dotori.sandbox.state.Consent;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The page on which a person allows an app to post for them, and what its form sends.
 *
 * <p>A plain HTTP client passes it thus: GET the authorize URL, or don't, and POST the same
 * parameters as a form to the same path, with {@code decision=allow} (or {@code deny}) and {@code
 * user=<any name>}; the answer is the 302 to the app.
 */
public final class ConsentPage {

  private ConsentPage() {}

  @CheckedTemplate(basePath = "")
  static final class Templates {
    private Templates() {}

    static native TemplateInstance consent(
        String network, String action, Map<String, String> fields);
  }

  public static TemplateInstance of(
      Network network, UriInfo uri, MultivaluedMap<String, String> asked) {
    Map<String, String> fields = new LinkedHashMap<>();
    asked.forEach((name, values) -> fields.put(name, values.getFirst()));
    return Templates.consent(network.key(), uri.getAbsolutePath().getPath(), fields);
  }

  /** What the person chose, and where the app waits for it. */
  public record Decision(boolean allowed, String user, URI redirectUri, String state) {

    public Response redirect(Map<String, String> answer) {
      Map<String, String> parameters = new LinkedHashMap<>(answer);
      if (state != null) {
        parameters.put("state", state);
      }
      String query =
          parameters.entrySet().stream()
              .map(p -> p.getKey() + "=" + URLEncoder.encode(p.getValue(), StandardCharsets.UTF_8))
              .collect(Collectors.joining("&"));
      String separator = redirectUri.getRawQuery() == null ? "?" : "&";
      return Response.status(Response.Status.FOUND)
          .location(URI.create(redirectUri + separator + query))
          .build();
    }
  }

  public static Decision decision(MultivaluedMap<String, String> form) {
    String user = form.getFirst("user");
    return new Decision(
        "allow".equals(form.getFirst("decision")),
        user == null || user.isBlank() ? "Dana Oak" : user.strip(),
        URI.create(form.getFirst("redirect_uri")),
        form.getFirst("state"));
  }

  public static void checkRedirectUri(String redirectUri) {
    try {
      URI uri = URI.create(redirectUri == null ? "" : redirectUri);
      if (uri.isAbsolute() && uri.getFragment() == null) {
        return;
      }
    } catch (IllegalArgumentException e) {
      // Answered below, as a missing one is.
    }
    throw new BadRequestException("redirect_uri must be an absolute URL without a fragment");
  }

  /** The S256 challenge that was sent along, or null when none was; the plain method is refused. */
  public static String s256Challenge(MultivaluedMap<String, String> asked) {
    String challenge = asked.getFirst("code_challenge");
    if (challenge != null && !"S256".equals(asked.getFirst("code_challenge_method"))) {
      throw new BadRequestException("code_challenge_method must be S256 here");
    }
    return challenge;
  }

  /** Whether the verifier is the one that the consent's challenge was made of (RFC 7636). */
  public static boolean proves(Consent consent, String codeVerifier) {
    if (consent.codeChallenge() == null) {
      return true;
    }
    return codeVerifier != null && consent.codeChallenge().equals(s256(codeVerifier));
  }

  private static String s256(String verifier) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
