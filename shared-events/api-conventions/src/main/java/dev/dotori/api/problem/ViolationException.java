package dev.dotori.api.problem;

import java.util.List;

/** The request is refused with 400 because of the named fields. */
public class ViolationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<Violation> violations;

  /** One field is wrong. */
  public ViolationException(String field, String message) {
    this(List.of(new Violation(field, message)));
  }

  /** Several are; all of them are named, so that a client can mend them at once. */
  public ViolationException(List<Violation> violations) {
    super(violations.toString());
    this.violations = List.copyOf(violations);
  }

  /** What is wrong, at least one. */
  public List<Violation> violations() {
    return violations;
  }
}
