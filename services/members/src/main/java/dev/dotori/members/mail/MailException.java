package dev.dotori.members.mail;

/** A mail was not taken by whom it was given to. */
public class MailException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Says what was not taken; the cause may be null. */
  public MailException(String message, Throwable cause) {
    super(message, cause);
  }
}
