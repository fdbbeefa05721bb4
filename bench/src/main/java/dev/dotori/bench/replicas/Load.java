package dev.dotori.bench.replicas;

import dev.dotori.bench.BenchmarkException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** So many callers, each of which makes its next call when the one before was answered. */
final class Load {

  /** A call, told its number from 0. */
  @FunctionalInterface
  interface Call {
    void make(int number) throws Exception;
  }

  private Load() {}

  /**
   * Makes calls.
   *
   * @return how long each took, in nanoseconds
   * @throws BenchmarkException when one failed; then the others stop
   */
  static long[] run(int calls, int callers, Call call) {
    long[] nanos = new long[calls];
    AtomicInteger next = new AtomicInteger();
    AtomicReference<Exception> failure = new AtomicReference<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int caller = 0; caller < callers; caller++) {
        executor.submit(() -> {
          int number;
          while (failure.get() == null && (number = next.getAndIncrement()) < calls) {
            long began = System.nanoTime();
            try {
              call.make(number);
            } catch (Exception e) {
              failure.compareAndSet(null, e);
            }
            nanos[number] = System.nanoTime() - began;
          }
        });
      }
    }
    if (failure.get() != null) {
      throw new BenchmarkException("the load failed", failure.get());
    }
    return nanos;
  }
}
