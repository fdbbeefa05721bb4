package dev.dotori.bench.connector.app;

import dev.dotori.bench.BenchmarkException;
import dev.dotori.bench.connector.Effort;
import dev.dotori.bench.connector.PartResult;
import dev.dotori.bench.connector.Shape;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The application that is measured. Its first argument is its role: {@code throughput} and {@code
 * latency} measure by themselves and write a file, {@code hold} is measured from outside.
 */
@QuarkusMain(name = "connector")
public class ConnectorApplication implements QuarkusApplication {

  private final Throughput throughput;
  private final Latency latency;
  private final Holder holder;

  ConnectorApplication(Throughput throughput, Latency latency, Holder holder) {
    this.throughput = throughput;
    this.latency = latency;
    this.holder = holder;
  }

  public static void main(String... args) {
    Quarkus.run(
        ConnectorApplication.class,
        (code, failure) -> {
          if (failure != null) {
            failed(failure);
          }
          System.exit(code);
        },
        args);
  }

  @Override
  public int run(String... args) throws Exception {
    try {
      switch (args[0]) {
        case "throughput" -> write(args, throughput.measure(Effort.of(args[2]), shapes(args[3])));
        case "latency" -> write(args, latency.measure(Effort.of(args[2])));
        case "hold" -> holder.serve(Integer.parseInt(args[1]));
        default -> throw new BenchmarkException("no role " + args[0]);
      }
      return 0;
    } catch (BenchmarkException e) {
      failed(e);
      return 1;
    }
  }

  /** The process that started this one tells it. */
  private static void failed(Throwable failure) {
    System.out.println("bench failed " + BenchmarkException.reason(failure));
  }

  private static Set<Shape> shapes(String names) {
    return Arrays.stream(names.split(","))
        .map(Shape::valueOf)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Shape.class)));
  }

  private static void write(String[] args, PartResult result) throws IOException {
    Files.writeString(Path.of(args[1]), result.toJson());
  }
}
