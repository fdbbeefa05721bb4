package dev.dotori.members.claim;

import dev.dotori.leadership.LeaderOnly;
import dev.dotori.leadership.Leadership;
import dev.dotori.members.MembersConfig;
import dev.dotori.members.mail.MailException;
import dev.dotori.members.mail.Mails;
import dev.dotori.members.secret.Secret;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Mails a token to those who asked for one and are members.
 *
 * <p>Apart from the request: whether there is a member, and how slow the mail server is, can't be
 * told from the answer; and a crash or a mail server that is away loses no mail. A mail may go out
 * twice, each with a token that works.
 */
@ApplicationScoped
public class ClaimMailing {

  private static final Logger LOG = Logger.getLogger(ClaimMailing.class);

  private static final String SUBJECT = "Set your Dotori password";
  private static final int MAX_ATTEMPTS = 8;
  private static final Duration FIRST_BACKOFF = Duration.ofSeconds(10);

  private final ClaimRequests requests;
  private final Claims claims;
  private final Mails mails;
  private final MembersConfig.Claims config;
  private final Leadership leadership;

  ClaimMailing(
      ClaimRequests requests,
      Claims claims,
      Mails mails,
      MembersConfig config,
      Leadership leadership) {
    this.requests = requests;
    this.claims = claims;
    this.mails = mails;
    this.config = config.claims();
    this.leadership = leadership;
  }

  @Scheduled(
      every = "1s",
      identity = "claim-mails",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  @LeaderOnly
  void run() {
    run(Instant.now());
  }

  /** Mails what is due. What is taken and not mailed is due again when its lease is over. */
  void run(Instant now) {
    for (ClaimRequests.Request request : requests.take(now)) {
      if (!leadership.isLeader()) {
        return;
      }
      mail(request, now);
    }
    requests.purge(now);
  }

  private void mail(ClaimRequests.Request request, Instant now) {
    Optional<Secret> token = claims.issue(request.email(), now);
    if (token.isEmpty()) {
      requests.done(request);
      return;
    }
    try {
      mails.send(request.email(), SUBJECT, text(token.get()));
      requests.done(request);
    } catch (MailException notTaken) {
      retryOrGiveUp(request, now, notTaken);
    }
  }

  private void retryOrGiveUp(ClaimRequests.Request request, Instant now, MailException notTaken) {
    if (request.attempts() >= MAX_ATTEMPTS) {
      LOG.errorf(notTaken, "A claim's mail is given up after %d attempts", request.attempts());
      requests.done(request);
      return;
    }
    LOG.warnf("A claim's mail is tried again: %s", notTaken.getMessage());
    requests.retry(request, now.plus(FIRST_BACKOFF.multipliedBy(1L << (request.attempts() - 1))));
  }

  private String text(Secret token) {
    String way =
        config
            .link()
            .map(link -> "open this address:\n\n  " + link.replace("{token}", token.value()))
            .orElse("enter this code where you were asked for it:\n\n  " + token.value());
    return """
    Somebody, probably you, wants to set the password of your Dotori membership.
    To do so, %s

    It works once, within %d minutes. If it was not you, there is nothing to do: without
    this mail nobody can set your password.
    """
        .formatted(way, config.lifetime().toMinutes());
  }
}
