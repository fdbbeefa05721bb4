package dev.dotori.media.audience;

import dev.dotori.events.MemberClosed;
import dev.dotori.events.PostDeleted;
import dev.dotori.events.PostPublished;
import dev.dotori.media.announcement.HeardEvents;
import dev.dotori.media.file.Manifests;
import dev.dotori.media.file.MediaFiles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Who may see a file follows from posts: everyone while a public post shows it, else its owner.
 *
 * <p>A file outlives its posts, since its owner may use it again; it goes when the owner removes it
 * or leaves. Publication and deletion of a post come on two streams and so in any order: a deletion
 * is remembered, and a later publication then changes nothing.
 */
@ApplicationScoped
class Audience {

  private final HeardEvents events;
  private final Manifests manifests;
  private final MediaFiles files;

  @Inject
  Audience(HeardEvents events, Manifests manifests, MediaFiles files) {
    this.events = events;
    this.manifests = manifests;
    this.files = files;
  }

  @Incoming("post-published")
  @RunOnVirtualThread
  void onPublished(byte[] json) {
    PostPublished post = events.read(json, PostPublished.class);
    if (post.visibility() != PostPublished.Visibility.PUBLIC) {
      return;
    }
    for (UUID mediaId : post.mediaIds()) {
      manifests.change(
          mediaId,
          manifest ->
              manifest.ownerId().equals(post.authorId())
                  ? manifest.shownBy(post.postId())
                  : manifest);
    }
  }

  @Incoming("post-deleted")
  @RunOnVirtualThread
  void onDeleted(byte[] json) {
    PostDeleted post = events.read(json, PostDeleted.class);
    for (UUID mediaId : post.mediaIds()) {
      manifests.change(
          mediaId,
          manifest ->
              manifest.ownerId().equals(post.authorId())
                  ? manifest.noLongerShownBy(post.postId(), Instant.now())
                  : manifest);
    }
  }

  @Incoming("member-closed")
  @RunOnVirtualThread
  void onClosed(byte[] json) {
    files.close(events.read(json, MemberClosed.class).memberId());
  }
}
