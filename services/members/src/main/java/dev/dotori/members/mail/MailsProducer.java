package dev.dotori.members.mail;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.mailer.Mailer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Chooses the way mails go: to the local sandbox where there is one, else to the mail server. */
@ApplicationScoped
class MailsProducer {

  private static final Logger LOG = Logger.getLogger(MailsProducer.class);

  @Produces
  @ApplicationScoped
  Mails mails(
      @ConfigProperty(name = "dotori.sandbox-url") Optional<URI> sandbox,
      Mailer mailer,
      ObjectMapper json) {
    if (sandbox.isEmpty()) {
      return new SmtpMails(mailer);
    }
    LOG.warnf("Mails are not sent, but shown at %s", sandbox.get().resolve("/mail"));
    return new SandboxMails(sandbox.get(), json);
  }
}
