package dev.dotori.socialshare.share;

import dev.dotori.api.Caller;
import dev.dotori.api.page.Page;
import dev.dotori.api.problem.Violation;
import dev.dotori.api.problem.ViolationException;
import dev.dotori.socialshare.network.Network;
import dev.dotori.socialshare.share.SharePreview.Draft;
import dev.dotori.socialshare.share.SharePreview.Hindrance;
import dev.dotori.socialshare.share.SharePreview.Outlook;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** Authors see here, before they post, whether the networks would take it. */
@Path("/v1/social/preview")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("member")
@RunOnVirtualThread
public class PreviewResource {

  /** In code points; what a post may have at most, as media below. */
  private static final int MAX_TEXT = 5_000;

  private static final int MAX_MEDIA = 4;

  private final SharePreview preview;
  private final Caller caller;

  PreviewResource(SharePreview preview, Caller caller) {
    this.preview = preview;
    this.caller = caller;
  }

  /**
   * A post to be.
   *
   * @param text up to 5,000 characters; may be left out when there are media
   * @param mediaIds up to 4, each once
   * @param networks at least one, each once
   */
  public record PreviewRequest(String text, List<UUID> mediaIds, @NotEmpty List<Network> networks) {

    public PreviewRequest {
      text = Objects.requireNonNullElse(text, "");
      mediaIds = Objects.requireNonNullElse(mediaIds, List.of());
    }
  }

  /**
   * Whether a network would get it.
   *
   * @param fits whether there is no reason against it
   * @param length of the text as the network counts; null when the network is not offered
   * @param limit the greatest such length; null with it
   */
  public record Fit(
      Network network, boolean fits, List<Reason> reasons, Integer length, Integer limit) {

    static Fit of(Outlook outlook, String text) {
      return new Fit(
          outlook.asked(),
          outlook.hindrances().isEmpty(),
          outlook.hindrances().stream().map(Reason::of).toList(),
          outlook.network().map(network -> network.textLength(text)).orElse(null),
          outlook.network().map(network -> network.limits().textLimit()).orElse(null));
    }
  }

  /**
   * What a share would fail for.
   *
   * @param mediaId the medium that is in the way; null when it is something else
   */
  public record Reason(ErrorClass errorClass, String error, UUID mediaId) {

    static Reason of(Hindrance hindrance) {
      return new Reason(
          hindrance.obstacle().errorClass(), hindrance.obstacle().detail(), hindrance.mediaId());
    }
  }

  /** Writes nothing, and asks no network. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Page<Fit> preview(@Valid @NotNull PreviewRequest request) {
    requireValid(request);
    Draft draft = new Draft(caller.id(), request.text(), request.mediaIds());
    return new Page<>(
        preview.of(draft, request.networks()).stream()
            .map(outlook -> Fit.of(outlook, request.text()))
            .toList(),
        null);
  }

  private static void requireValid(PreviewRequest request) {
    List<Violation> violations = new ArrayList<>();
    if (request.text().codePointCount(0, request.text().length()) > MAX_TEXT) {
      violations.add(new Violation("text", "has at most " + MAX_TEXT + " characters"));
    }
    if (request.text().isBlank() && request.mediaIds().isEmpty()) {
      violations.add(new Violation("text", "is needed, unless there are media"));
    }
    if (request.mediaIds().size() > MAX_MEDIA) {
      violations.add(new Violation("mediaIds", "has at most " + MAX_MEDIA));
    }
    requireDistinct("mediaIds", request.mediaIds(), violations);
    requireDistinct("networks", request.networks(), violations);
    if (!violations.isEmpty()) {
      throw new ViolationException(violations);
    }
  }

  private static void requireDistinct(String field, List<?> values, List<Violation> violations) {
    if (values.stream().anyMatch(Objects::isNull)) {
      violations.add(new Violation(field, "must not have null in it"));
    }
    if (new HashSet<>(values).size() < values.size()) {
      violations.add(new Violation(field, "must name each only once"));
    }
  }
}
