package dev.dotori.members.mail;

/** Sends mails, one way or the other. */
public interface Mails {

  /**
   * Sends a mail of plain text.
   *
   * @throws MailException when it was not taken; another try may succeed
   */
  void send(String to, String subject, String text);
}
