package dev.dotori.socialshare.share;

import java.util.List;
import java.util.UUID;

/**
 * What is to be shared.
 *
 * @param deleted whether the author has deleted it: nothing of it is sent any more
 */
public record Post(
    UUID id,
    UUID authorId,
    String text,
    List<UUID> mediaIds,
    UUID storeId,
    UUID purchaseId,
    boolean deleted) {}
