package dev.dotori.bench.replicas;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Named figures of one round, and the medians of several rounds. */
final class Figures {

  /** Begins the name of a process's CPU time for one request, in microseconds. */
  static final String CPU = "cpuMicros ";

  private Figures() {}

  /** The median of each figure, which for an even number of rounds is the lower middle one. */
  static Map<String, Double> medians(List<Map<String, Double>> rounds) {
    Set<String> names = new LinkedHashSet<>();
    rounds.forEach(round -> names.addAll(round.keySet()));
    Map<String, Double> medians = new LinkedHashMap<>();
    for (String name : names) {
      double[] sorted =
          rounds.stream().mapToDouble(round -> round.getOrDefault(name, 0.0)).sorted().toArray();
      medians.put(name, sorted[(sorted.length - 1) / 2]);
    }
    return medians;
  }

  /** As it is kept: CPU times by process in an object of their own, three significant digits. */
  static Map<String, Object> nested(Map<String, Double> figures) {
    Map<String, Object> result = new LinkedHashMap<>();
    Map<String, Object> cpu = new LinkedHashMap<>();
    figures.forEach((name, value) -> {
      if (!name.startsWith(CPU)) {
        result.put(name, rounded(value));
      } else if (rounded(value) >= 1) {
        cpu.put(name.substring(CPU.length()), rounded(value));
      }
    });
    result.put(CPU.strip() + "Each", cpu);
    return result;
  }

  /** To three significant digits. */
  static double rounded(double value) {
    return new BigDecimal(value).round(new MathContext(3)).doubleValue();
  }

  /** One line for a person: the CPU times, largest first. */
  static String line(Map<String, Double> figures) {
    return figures.entrySet().stream()
        .filter(figure -> figure.getKey().startsWith(CPU) && figure.getValue() >= 5)
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .map(it -> it.getKey().substring(CPU.length()) + " %,.0f µs".formatted(it.getValue()))
        .collect(Collectors.joining(", "));
  }
}
