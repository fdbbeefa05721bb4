package dev.dotori.chart;

import java.util.ArrayList;
import java.util.List;

/**
 * What an operator says to `helm install`: a release's name, its namespace, profiles of the chart,
 * and values on top of them.
 */
record Install(String release, String namespace, List<String> profiles, List<String> values) {

  private static final String ADDRESSES =
      """
      publicUrl: https://dotori.example.org
      mysql: {host: mysql.example.org}
      redis: {addresses: ["redis.example.org:6379"]}
      """;

  /** With the least that the chart asks for. */
  static Install minimal() {
    return new Install("dotori", "shop", List.of(), List.of(ADDRESSES));
  }

  static Install production() {
    return new Install("dotori", "shop", List.of("values-production.yaml"), List.of(ADDRESSES));
  }

  /** With its stores in the cluster. */
  static Install local() {
    return new Install("dotori", "shop", List.of("values-local.yaml"), List.of());
  }

  /** With nothing but these profiles, as a script would say it. */
  static Install of(String... profiles) {
    return new Install("dotori", "shop", List.of(profiles), List.of());
  }

  /** The same with further values, as YAML, which go before the former. */
  Install with(String yaml) {
    List<String> more = new ArrayList<>(values);
    more.add(yaml);
    return new Install(release, namespace, profiles, List.copyOf(more));
  }

  Install named(String name) {
    return new Install(name, namespace, profiles, values);
  }

  Install in(String name) {
    return new Install(release, name, profiles, values);
  }
}
