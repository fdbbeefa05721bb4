package dev.dotori.gateway.document;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dotori.gateway.Upstream;
import dev.dotori.gateway.UpstreamTestResource;
import dev.dotori.local.test.RedisTestResource;
import dev.dotori.local.test.TokenTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Anyone can read what the API is, from this gateway alone. */
@QuarkusTest
@WithTestResource(UpstreamTestResource.class)
@WithTestResource(TokenTestResource.class)
@WithTestResource(RedisTestResource.class)
class DocumentTest {

  private static final Pattern LOADED = Pattern.compile("(?:src|href)=\"([^\"]+)\"");

  Upstream upstream;

  @Test
  void servesTheDocumentAsItIsWritten() throws Exception {
    String served =
        given()
            .get("/openapi")
            .then()
            .statusCode(200)
            .contentType("application/json")
            .extract()
            .asString();

    assertThat(new ObjectMapper().readTree(served)).isEqualTo(OpenApi.load().root());
  }

  @Test
  void servesYamlToThoseWhoAcceptIt() throws Exception {
    byte[] served =
        given()
            .accept("application/yaml")
            .get("/openapi")
            .then()
            .statusCode(200)
            .extract()
            .asByteArray();

    try (InputStream source = OpenApi.class.getResourceAsStream("/docs/openapi.yaml")) {
      assertThat(served).isEqualTo(source.readAllBytes());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/openapi", "/docs", "/docs/start.js"})
  void needsNoToken(String path) {
    given().get(path).then().statusCode(200);
    assertThat(upstream.requests()).isZero();
  }

  @Test
  void hasAPageThatLoadsNothingFromElsewhere() {
    Response page = given().get("/docs");

    page.then().statusCode(200).contentType("text/html");
    List<String> loaded = new ArrayList<>();
    Matcher matcher = LOADED.matcher(page.asString());
    while (matcher.find()) {
      if (!matcher.group(1).startsWith("data:")) {
        loaded.add(matcher.group(1));
      }
    }
    assertThat(loaded)
        .hasSizeGreaterThan(3)
        .allSatisfy(path -> {
          assertThat(path).startsWith("/");
          given().get(path).then().statusCode(200);
        });
    assertThat(page.asString()).doesNotContain("<style").doesNotContain("onload");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/docs", "/docs/start.js", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js"})
  void tellsBrowsersToLoadAndRunNothingElse(String path) {
    given()
        .get(path)
        .then()
        .statusCode(200)
        .header("Content-Security-Policy", containsString("default-src 'none'"))
        .header("Content-Security-Policy", containsString("script-src 'self';"))
        .header("Content-Security-Policy", containsString("connect-src 'self';"))
        .header("Content-Security-Policy", not(containsString("http")))
        .header("Content-Security-Policy", not(containsString("unsafe")))
        .header("X-Content-Type-Options", equalTo("nosniff"));
  }

  @Test
  void sendsNothingAgainThatABrowserHas() {
    String tag = given().get("/docs/swagger-ui-bundle.js").header("ETag");

    assertThat(tag).isNotBlank();
    given().header("If-None-Match", tag).get("/docs/swagger-ui-bundle.js").then().statusCode(304);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/docs/oauth2-redirect.html",
        "/docs/openapi.yaml",
        "/openapi-ui/index.html",
        "/openapi/ui",
        "/q/openapi",
        "/q/swagger-ui"
      })
  void servesNoOtherFile(String path) {
    given().get(path).then().statusCode(404).contentType("application/problem+json");
  }
}
