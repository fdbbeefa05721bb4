package dev.dotori.media.inspection;

import dev.dotori.events.MediaUploaded;
import dev.dotori.media.announcement.HeardEvents;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Has each upload inspected. */
@ApplicationScoped
class MediaUploadedHandler {

  private final HeardEvents events;
  private final Inspections inspections;

  @Inject
  MediaUploadedHandler(HeardEvents events, Inspections inspections) {
    this.events = events;
    this.inspections = inspections;
  }

  @Incoming("media-uploaded")
  @RunOnVirtualThread
  void on(byte[] json) throws IOException, InterruptedException {
    inspections.inspect(events.read(json, MediaUploaded.class).mediaId());
  }
}
