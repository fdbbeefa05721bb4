package dev.dotori.gateway.proxy;

import dev.dotori.gateway.caller.Caller;
import dev.dotori.gateway.problem.Refusal;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;

/** What is known of a call that was let in, for those within the gateway who answer it. */
public final class Admission {

  private static final String KEY = Admission.class.getName();

  private final Caller caller;
  private final Consumer<Refusal> refusing;

  private Admission(Caller caller, Consumer<Refusal> refusing) {
    this.caller = caller;
    this.refusing = refusing;
  }

  static Admission of(Caller caller, Consumer<Refusal> refusing) {
    return new Admission(caller, refusing);
  }

  void leadInto(RoutingContext routing) {
    routing.put(KEY, this);
  }

  /** That of a call; each one has come in by the {@link Entrance}. */
  public static Admission to(RoutingContext routing) {
    return routing.get(KEY);
  }

  public Caller caller() {
    return caller;
  }

  /** Answers with a problem, on the call's own thread and before anything was answered. */
  public void refuse(Refusal refusal) {
    refusing.accept(refusal);
  }
}
