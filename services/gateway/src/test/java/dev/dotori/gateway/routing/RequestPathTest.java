package dev.dotori.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dotori.gateway.problem.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {

  @ParameterizedTest
  @CsvSource({
    "/v1/members, /v1/members",
    "/v1/%6d%65mbers, /v1/members",
    "/v1/posts/%e2%82%ac, /v1/posts/%E2%82%AC",
    "/v1/posts/a%20b, /v1/posts/a%20b",
    "/.well-known/jwks.json, /.well-known/jwks.json"
  })
  void hasOneEncodedForm(String raw, String canonical) {
    assertThat(RequestPath.parse(raw).encoded()).isEqualTo(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/../internal/stores",
        "/v1/./members",
        "/v1/%2e%2e/internal",
        "/v1/.%2E/internal",
        "/v1/members%2f..%2finternal",
        "/v1/members%5c..%5cinternal",
        "/v1\\internal",
        "/v1/members;x=1/points",
        "/v1/members%3bx",
        "/v1/members%00",
        "/v1/members%0d%0aX:1",
        "/v1/members%252e",
        "/v1/members%",
        "/v1/members%g0",
        "/v1/members%2",
        "/v1/%c0%ae%c0%ae/internal",
        "/v1/%ff",
        "*",
        "http://other/v1/members"
      })
  void refusesWhatCouldBeReadInAnotherWay(String raw) {
    assertThatThrownBy(() -> RequestPath.parse(raw))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(400));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "//", "/v1//members", "//v1/members", "/v1/members/"})
  void findsNothingBehindAnEmptySegment(String raw) {
    assertThatThrownBy(() -> RequestPath.parse(raw))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(404));
  }

  @Test
  void refusesAnEndlessPath() {
    assertThatThrownBy(() -> RequestPath.parse("/v1/" + "a".repeat(2_048)))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(400));
  }
}
