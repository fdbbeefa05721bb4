package dev.dotori.outbox;

import dev.dotori.events.MediaUploaded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Events to publish. */
final class Examples {

  static final String UPLOADED = "media.uploaded";

  private Examples() {}

  static MediaUploaded uploaded() {
    return new MediaUploaded(UUID.randomUUID(), UUID.randomUUID(), Instant.now());
  }

  static List<MediaUploaded> uploaded(int count) {
    List<MediaUploaded> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(uploaded());
    }
    return events;
  }
}
