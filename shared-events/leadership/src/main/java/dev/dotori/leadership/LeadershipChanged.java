package dev.dotori.leadership;

/**
 * A CDI event: this process has become the leader, or is no longer. It is told once that is known,
 * which may be seconds after {@link Leadership#isLeader()} has said so: good for what is shown,
 * such as a gauge that only the leader keeps up to date, and not for what is done.
 */
public record LeadershipChanged(boolean leads) {}
