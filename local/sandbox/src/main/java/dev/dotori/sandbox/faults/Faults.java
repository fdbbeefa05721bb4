package dev.dotori.sandbox.faults;

import dev.dotori.sandbox.Network;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The faults that are on, in the order in which they were switched on. Never kept over a restart.
 */
@ApplicationScoped
public class Faults {

  private static final int MAX_SWITCHES = 100;

  private final List<FaultSwitch> switches = new ArrayList<>();

  /** The fault that this call shall show, if any; it counts as shown. */
  public synchronized Optional<FaultSwitch> take(Network network, Operation operation) {
    for (int i = 0; i < switches.size(); i++) {
      FaultSwitch on = switches.get(i);
      if (!on.concerns(network, operation)) {
        continue;
      }
      if (on.times() == 1) {
        switches.remove(i);
      } else {
        switches.set(i, on.usedOnce());
      }
      return Optional.of(on);
    }
    return Optional.empty();
  }

  synchronized boolean add(FaultSwitch on) {
    return switches.size() < MAX_SWITCHES && switches.add(on);
  }

  synchronized List<FaultSwitch> all() {
    return List.copyOf(switches);
  }

  synchronized void clear(Network network) {
    switches.removeIf(on -> network == null || on.network() == network);
  }
}
