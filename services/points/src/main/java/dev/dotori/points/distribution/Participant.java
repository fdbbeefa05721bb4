package dev.dotori.points.distribution;

import java.util.UUID;

/**
 * One who shares an earning.
 *
 * @param weight their part relative to the others', 1 to 1000
 */
public record Participant(UUID memberId, int weight) {

  /** The most that a participant can weigh. */
  public static final int MAX_WEIGHT = 1000;

  public Participant {
    if (weight < 1 || weight > MAX_WEIGHT) {
      throw new IllegalArgumentException("weight " + weight);
    }
  }
}
