package dev.dotori.leadership;

import java.util.function.Consumer;

/** Decides between the processes that compete, again and again until {@link #leave}. */
interface Election {

  /**
   * Begins to compete, in the background and for as long as it takes.
   *
   * @param changes is told when this process begins and when it ceases to lead
   */
  void enter(Consumer<Change> changes);

  /** Whether this process has been elected, and a step that begins now has its time. */
  boolean isWon();

  /**
   * Ends taking part; {@link #isWon} is false from then on.
   *
   * @param idle whether all steps have ended, so that another may begin at once; if not, it is left
   *     to wait as after a crash
   */
  void leave(boolean idle);

  /** This process begins or ceases to lead, for a reason that the log tells. */
  record Change(boolean leads, String reason) {}
}
