package dev.dotori.redisstreams.admin;

import java.util.List;
import java.util.Optional;

/**
 * Some dead letters, oldest first.
 *
 * @param next give it as {@code after} to get the following page; empty if there is none
 */
public record DeadLetterPage(List<DeadLetter> deadLetters, Optional<String> next) {}
