package dev.dotori.api.problem;

/**
 * A kind of refusal that clients can tell apart, listed in docs/problems.md.
 *
 * @param slug its name in the URI {@code /problems/<slug>}
 * @param status HTTP status
 * @param title one short sentence, the same for every occurrence (RFC 9457)
 */
public record ProblemType(String slug, int status, String title) {

  /** The problem's {@code type}: a reference relative to the API's own address. */
  public String uri() {
    return "/problems/" + slug;
  }
}
