package dev.dotori.gateway.document;

import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * The page at {@code /docs}: Swagger UI on {@code /openapi}. All of it is served from here, and a
 * browser is told to load nothing from elsewhere and to run no script that stands in the page.
 */
@Singleton
class DocsPage {

  /**
   * {@code data:} is for the pictures in Swagger UI's style sheet. Calls that are tried out go to
   * this gateway only.
   */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  void open(@Observes Router router) {
    serve(router, "/docs", "/docs/index.html", "text/html; charset=utf-8");
    serve(router, "/docs/start.js", "text/javascript; charset=utf-8");
    serve(router, "/docs/swagger-ui.css", "text/css; charset=utf-8");
    serve(router, "/docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8");
  }

  private static void serve(Router router, String path, String type) {
    serve(router, path, path, type);
  }

  private static void serve(Router router, String path, String resource, String type) {
    Asset asset = Asset.of(Asset.read(resource), type);
    router
        .get(path)
        .handler(call -> {
          call.response().putHeader("Content-Security-Policy", POLICY);
          asset.answer(call);
        });
    router.head(path).handler(asset::answer);
  }
}
