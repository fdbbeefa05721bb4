package dev.dotori.api.problem;

/**
 * What is wrong with one field.
 *
 * @param field its path in the request, for example {@code sharedWith[2].memberId}
 * @param message what would be right
 */
public record Violation(String field, String message) {}
