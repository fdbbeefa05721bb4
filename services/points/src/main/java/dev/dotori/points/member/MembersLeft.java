package dev.dotori.points.member;

import java.util.List;
import java.util.UUID;

/**
 * Members left: said within the transaction that learns it, for each capability to forget what is
 * personal.
 *
 * @param memberIds at least one
 */
public record MembersLeft(List<UUID> memberIds) {}
