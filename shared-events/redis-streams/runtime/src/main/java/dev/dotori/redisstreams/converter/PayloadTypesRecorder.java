package dev.dotori.redisstreams.converter;

import io.quarkus.runtime.RuntimeValue;
import io.quarkus.runtime.annotations.Recorder;
import java.util.Map;

/** Hands over what was found at build time. */
@Recorder
public class PayloadTypesRecorder {

  public RuntimeValue<PayloadTypes> types(Map<String, String> byChannel) {
    return new RuntimeValue<>(new PayloadTypes(byChannel));
  }
}
