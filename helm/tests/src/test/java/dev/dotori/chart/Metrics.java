package dev.dotori.chart;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The metrics that there are, as Prometheus calls them, and which of them a query asks for. */
final class Metrics {
  /** From elsewhere, with the labels that queries may group by. */
  private static final Map<String, Set<String>> FOREIGN =
      Map.ofEntries(
          // Prometheus.
          Map.entry("up", Set.of()),
          // kube-state-metrics.
          Map.entry("kube_deployment_status_replicas_available", Set.of("deployment")),
          Map.entry("kube_job_status_failed", Set.of("job_name")),
          Map.entry(
              "kube_horizontalpodautoscaler_status_current_replicas",
              Set.of("horizontalpodautoscaler")),
          Map.entry(
              "kube_horizontalpodautoscaler_spec_max_replicas", Set.of("horizontalpodautoscaler")),
          Map.entry("kube_pod_container_resource_limits", Set.of("container", "resource")),
          // The kubelet.
          Map.entry("container_memory_working_set_bytes", Set.of("container")),
          // Micrometer's binders, which Quarkus turns on.
          Map.entry("process_cpu_usage", Set.of()),
          Map.entry("system_cpu_count", Set.of()),
          Map.entry("jvm_memory_used_bytes", Set.of("area", "id")),
          // Agroal, with quarkus.datasource.metrics.enabled.
          Map.entry("agroal_awaiting_count", Set.of("datasource")));

  /** What the PodMonitor puts on every metric of ours, and Prometheus itself. */
  private static final Set<String> TARGET =
      Set.of("namespace", "pod", "release", "workload", "container");

  private static final Set<String> WORDS =
      Set.of(
          "sum",
          "max",
          "min",
          "avg",
          "count",
          "by",
          "without",
          "on",
          "ignoring",
          "and",
          "or",
          "unless",
          "rate",
          "increase",
          "deriv",
          "abs",
          "histogram_quantile",
          "bool",
          "group_left",
          "group_right",
          "clamp_min",
          "label_replace");

  private static final Set<String> OWN = own();
  private static final Set<String> TAGS = tags();

  private Metrics() {}

  static List<String> violations(String query) {
    List<String> violations = new ArrayList<>();
    if (!balanced(query)) {
      violations.add("not balanced: " + query);
    }
    String withoutTexts = query.replaceAll("\"(\\\\.|[^\"\\\\])*\"", "\"\"");
    Matcher groups =
        Pattern.compile("\\b(by|without|on|ignoring)\\s*\\(([^)]*)\\)").matcher(withoutTexts);
    Set<String> labels = new HashSet<>();
    while (groups.find()) {
      labels.addAll(List.of(groups.group(2).trim().split("\\s*,\\s*")));
    }
    Matcher matchers = Pattern.compile("([a-z_]+)\\s*(=~|!~|!=|=)\\s*\"").matcher(withoutTexts);
    while (matchers.find()) {
      labels.add(matchers.group(1));
    }
    String bare =
        withoutTexts
            .replaceAll("\\{[^}]*}", " ")
            .replaceAll("\\[[^]]*]", " ")
            .replaceAll("\\b(by|without|on|ignoring)\\s*\\([^)]*\\)", " ");
    Set<String> known = new HashSet<>(TARGET);
    known.addAll(Texts.find("label_replace\\(.*?,\\s*\"([a-z_]+)\",", query));
    List<String> names =
        Texts.find("([a-zA-Z_][a-zA-Z0-9_:]*)", bare).stream()
            .filter(n -> !WORDS.contains(n))
            .toList();
    for (String name : names) {
      if (OWN.contains(name)) {
        known.addAll(TAGS);
      } else if (FOREIGN.containsKey(name)) {
        known.addAll(FOREIGN.get(name));
      } else {
        violations.add("no metric " + name + ": " + query);
      }
    }
    if (names.isEmpty()) {
      violations.add("asks for nothing: " + query);
    }
    labels.stream()
        .filter(label -> !known.contains(label))
        .forEach(l -> violations.add("no label " + l + ": " + query));
    return violations;
  }

  private static boolean balanced(String query) {
    Deque<Character> open = new ArrayDeque<>();
    for (char c : query.replaceAll("\"(\\\\.|[^\"\\\\])*\"", "").toCharArray()) {
      switch (c) {
        case '(' -> open.push(')');
        case '{' -> open.push('}');
        case '[' -> open.push(']');
        case ')', '}', ']' -> {
          if (open.isEmpty() || open.pop() != c) {
            return false;
          }
        }
        case '"' -> {
          return false;
        }
        default -> {
          // Anything else stands for itself.
        }
      }
    }
    return open.isEmpty();
  }

  private static Set<String> own() {
    Set<String> names = new HashSet<>();
    for (String source : sources()) {
      Matcher built =
          Pattern.compile(
                  "(Gauge|Counter|FunctionCounter|Timer|TimeGauge)\\s*\\.builder\\(\\s*\"(dotori[^\"]+)\"(.*?)\\.register\\(",
                  Pattern.DOTALL)
              .matcher(source);
      while (built.find()) {
        List<String> unit = Texts.find("\\.baseUnit\\(\"([a-z]+)\"\\)", built.group(3));
        names.addAll(
            prometheus(built.group(1), built.group(2), unit.isEmpty() ? "" : unit.getFirst()));
      }
      if (source.contains("\"redis.streams.\"")) {
        streams(source, names);
      }
      Texts.find("counter\\(registry, \"([a-z.]+)\"", source)
          .forEach(name -> names.addAll(prometheus("Counter", "dotori.outbox." + name, "")));
    }
    return names;
  }

  private static void streams(String source, Set<String> names) {
    Matcher call =
        Pattern.compile(
                "\\b(gauge|state|counter|timer)\\(\\s*\"([a-z.]+)\",\\s*\"[^\"]*\",\\s*(ENTRIES|MESSAGES|\"[a-z]+\"|tags)")
            .matcher(source);
    while (call.find()) {
      String kind =
          Map.of("gauge", "Gauge", "state", "Gauge", "counter", "Counter", "timer", "Timer")
              .get(call.group(1));
      String unit =
          switch (call.group(3)) {
            case "tags" -> "";
            default -> call.group(3).replace("\"", "").toLowerCase(java.util.Locale.ROOT);
          };
      names.addAll(prometheus(kind, "redis.streams." + call.group(2), unit));
    }
  }

  /** By Micrometer's naming convention for Prometheus. */
  private static List<String> prometheus(String kind, String name, String unit) {
    String base = name.replaceAll("[^a-zA-Z0-9]", "_");
    if (kind.equals("Timer")) {
      return List.of(base + "_seconds_count", base + "_seconds_sum", base + "_seconds_max");
    }
    String withUnit = unit.isEmpty() || base.endsWith("_" + unit) ? base : base + "_" + unit;
    return List.of(kind.endsWith("Counter") ? withUnit + "_total" : withUnit);
  }

  private static Set<String> tags() {
    Set<String> tags = new HashSet<>();
    for (String source : sources()) {
      tags.addAll(Texts.find("\\.tags?\\(\\s*\"([a-z]+)\"", source));
      tags.addAll(Texts.find("Tags\\.of\\(\\s*\"([a-z]+)\"", source));
      tags.addAll(Texts.find("\\.and\\(\\s*\"([a-z]+)\"", source));
      tags.addAll(Texts.find("Tag\\.of\\(\\s*\"([a-z]+)\"", source));
      tags.addAll(Texts.find("Tags\\.of\\(\"[a-z]+\", [a-z]+, \"([a-z]+)\"", source));
      tags.addAll(Texts.find("\\.tags\\(\"[a-z]+\", [^,]+, \"([a-z]+)\"", source));
      tags.addAll(Texts.find("\\.withTags\\(\"[a-z]+\", [^,]+, \"([a-z]+)\"", source));
    }
    return tags;
  }

  private static List<String> sources() {
    List<String> sources = new ArrayList<>(Texts.below(Chart.ROOT.resolve("services"), ".java"));
    sources.addAll(Texts.below(Chart.ROOT.resolve("shared-events"), ".java"));
    return sources;
  }
}
