package dev.dotori.sandbox.state;

import java.time.Instant;

/** A mail that would have gone out. */
public record Mail(String to, String subject, String text, Instant receivedAt) {}
