package dev.dotori.api.problem;

import java.util.List;

/** The problem types that every service shares; a service's own stand beside what raises them. */
public final class ProblemTypes {

  public static final ProblemType INVALID_REQUEST =
      new ProblemType("invalid-request", 400, "The request is not valid");
  public static final ProblemType UNAUTHENTICATED =
      new ProblemType("unauthenticated", 401, "The request has no valid token");
  public static final ProblemType FORBIDDEN =
      new ProblemType("forbidden", 403, "The caller may not do this");
  public static final ProblemType NOT_FOUND = new ProblemType("not-found", 404, "Not found");
  public static final ProblemType METHOD_NOT_ALLOWED =
      new ProblemType("method-not-allowed", 405, "The resource has no such method");
  public static final ProblemType NOT_ACCEPTABLE =
      new ProblemType("not-acceptable", 406, "No representation fits what the client accepts");
  public static final ProblemType STALE =
      new ProblemType("stale", 412, "The resource has changed since it was read");
  public static final ProblemType TOO_LARGE =
      new ProblemType("too-large", 413, "The request is too large");
  public static final ProblemType UNSUPPORTED_MEDIA_TYPE =
      new ProblemType("unsupported-media-type", 415, "The body is of a type not taken here");
  public static final ProblemType IDEMPOTENCY_KEY_REUSED =
      new ProblemType(
          "idempotency-key-reused", 422, "The Idempotency-Key was used for another request");
  public static final ProblemType REQUEST_IN_PROGRESS =
      new ProblemType("request-in-progress", 409, "The same request is still being worked on");
  public static final ProblemType INTERNAL = new ProblemType("internal", 500, "The server failed");
  public static final ProblemType UNAVAILABLE =
      new ProblemType("unavailable", 503, "Not possible right now; try again");

  private static final List<ProblemType> BY_STATUS =
      List.of(
          INVALID_REQUEST,
          UNAUTHENTICATED,
          FORBIDDEN,
          NOT_FOUND,
          METHOD_NOT_ALLOWED,
          NOT_ACCEPTABLE,
          STALE,
          TOO_LARGE,
          UNSUPPORTED_MEDIA_TYPE,
          INTERNAL,
          UNAVAILABLE);

  private ProblemTypes() {}

  /** The general type for a status that the framework answers by itself. */
  static ProblemType forStatus(int status) {
    return BY_STATUS.stream()
        .filter(type -> type.status() == status)
        .findFirst()
        .orElseGet(() ->
            status >= 500
                ? new ProblemType("internal", status, INTERNAL.title())
                : new ProblemType("invalid-request", status, INVALID_REQUEST.title()));
  }
}
