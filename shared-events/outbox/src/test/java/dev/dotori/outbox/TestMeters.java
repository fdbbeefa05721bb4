package dev.dotori.outbox;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Keeps what is measured, as a service's registry would: without one every meter reads 0. */
class TestMeters {

  @Produces
  @Singleton
  MeterRegistry registry() {
    return new SimpleMeterRegistry();
  }
}
