package dev.dotori.trust;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;

/** Before a client of the application is made that may be told to use such a store. */
@ApplicationScoped
class PemTrustAtStart {

  void install(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE - 200) StartupEvent start) {
    PemTrust.install();
  }
}
