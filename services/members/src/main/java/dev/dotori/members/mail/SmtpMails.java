package dev.dotori.members.mail;

import io.quarkus.mailer.Mail;
import io.quarkus.mailer.Mailer;

/** Sends mails through the configured mail server ({@code quarkus.mailer.*}). */
class SmtpMails implements Mails {

  private final Mailer mailer;

  SmtpMails(Mailer mailer) {
    this.mailer = mailer;
  }

  @Override
  public void send(String to, String subject, String text) {
    try {
      mailer.send(Mail.withText(to, subject, text));
    } catch (RuntimeException refused) {
      throw new MailException("the mail server did not take a mail", refused);
    }
  }
}
