package dev.dotori.gateway.document;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The OpenAPI 3.1 document of all that the gateway lets through, at {@code /openapi}: JSON, or YAML
 * as it is written for those who accept that.
 *
 * <p>One document, kept by hand in {@code docs/openapi.yaml}: it is what clients are promised, and
 * a test holds it to the routing table and to the services' sources.
 */
@Singleton
class ApiDocument {

  private final Asset yaml;
  private final Asset json;

  ApiDocument() {
    byte[] source = Asset.read("/docs/openapi.yaml");
    this.yaml = Asset.of(source, "application/yaml");
    this.json = Asset.of(asJson(source), "application/json");
  }

  private static byte[] asJson(byte[] yaml) {
    try {
      return new ObjectMapper()
          .writeValueAsBytes(new ObjectMapper(new YAMLFactory()).readTree(yaml));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void open(@Observes Router router) {
    router.get("/openapi").handler(this::answer);
    router.head("/openapi").handler(this::answer);
  }

  private void answer(RoutingContext call) {
    String accepted = call.request().getHeader(HttpHeaders.ACCEPT);
    call.response().putHeader(HttpHeaders.VARY, "Accept");
    (accepted != null && accepted.contains("yaml") ? yaml : json).answer(call);
  }
}
