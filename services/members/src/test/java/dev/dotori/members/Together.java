package dev.dotori.members;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Makes calls that meet. */
public final class Together {

  private Together() {}

  /** Starts all calls at the same moment, and gives what they answered in their order. */
  public static <T> List<T> call(List<Callable<T>> calls) throws Exception {
    CyclicBarrier start = new CyclicBarrier(calls.size());
    try (ExecutorService threads = Executors.newFixedThreadPool(calls.size())) {
      List<Callable<T>> waiting = new ArrayList<>();
      for (Callable<T> call : calls) {
        waiting.add(() -> {
          start.await();
          return call.call();
        });
      }
      List<T> answers = new ArrayList<>();
      for (Future<T> answer : threads.invokeAll(waiting)) {
        answers.add(answer.get());
      }
      return answers;
    }
  }
}
