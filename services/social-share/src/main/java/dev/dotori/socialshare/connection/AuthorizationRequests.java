package dev.dotori.socialshare.connection;

import dev.dotori.leadership.LeaderOnly;
import dev.dotori.socialshare.SocialShareConfig;
import dev.dotori.socialshare.Sql;
import dev.dotori.socialshare.connection.TokenCipher.Owner;
import dev.dotori.socialshare.connection.TokenCipher.Use;
import dev.dotori.socialshare.network.Network;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Members who are at a network's consent page. Each has a {@code state} that nobody can guess, that
 * works once and for a short time, and that stands for this member, network and PKCE verifier.
 *
 * <p>Only the state's hash is stored: who reads the table can't finish another's request.
 */
@ApplicationScoped
public class AuthorizationRequests {

  private static final int SECRET_BYTES = 32;

  /** A member may have several tabs open, but not fill the table. */
  private static final int MAX_PER_MEMBER = 20;

  private final DataSource database;
  private final TokenCipher cipher;
  private final SocialShareConfig config;
  private final SecureRandom random = new SecureRandom();

  AuthorizationRequests(DataSource database, TokenCipher cipher, SocialShareConfig config) {
    this.database = database;
    this.cipher = cipher;
    this.config = config;
  }

  /** What goes to the consent page. */
  public record Begun(String state, String codeChallenge) {}

  /** Who comes back from it. */
  public record Returning(UUID memberId, String codeVerifier, URI returnTo) {}

  @Transactional
  public Begun begin(UUID memberId, Network network, URI returnTo) {
    String state = secret();
    String verifier = secret();
    forgetOldest(memberId);
    Sql.update(
        database,
        """
        INSERT INTO authorization_request
            (state_hash, member_id, network, code_verifier, token_key_id, return_to, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        sha256(state),
        memberId,
        network.key(),
        cipher.encrypt(verifier, new Owner(memberId, network), Use.CODE_VERIFIER),
        cipher.currentKeyId(),
        returnTo.toString(),
        Instant.now().plus(config.stateLifetime()));
    return new Begun(state, base64(sha256(verifier)));
  }

  private void forgetOldest(UUID memberId) {
    int open =
        Sql.one(
                database,
                row -> row.getInt(1),
                "SELECT COUNT(*) FROM authorization_request WHERE member_id = ?",
                memberId)
            .orElse(0);
    if (open >= MAX_PER_MEMBER) {
      Sql.update(
          database,
          "DELETE FROM authorization_request WHERE member_id = ? ORDER BY expires_at LIMIT "
              + (open - MAX_PER_MEMBER + 1),
          memberId);
    }
  }

  /** The member that a state stands for, this one time; empty for any other state. */
  @Transactional
  public Optional<Returning> finish(String state, Network network) {
    byte[] hash = sha256(state);
    Optional<Returning> returning =
        Sql.one(
            database,
            row -> read(row, network),
            """
            SELECT member_id, code_verifier, token_key_id, return_to FROM authorization_request
            WHERE state_hash = ? AND network = ? AND expires_at > ? FOR UPDATE
            """,
            hash,
            network.key(),
            Instant.now());
    if (returning.isPresent()) {
      Sql.update(database, "DELETE FROM authorization_request WHERE state_hash = ?", hash);
    }
    return returning;
  }

  private Returning read(ResultSet row, Network network) throws SQLException {
    UUID memberId = Sql.id(row, "member_id");
    String verifier =
        cipher.decrypt(
            row.getBytes("code_verifier"),
            row.getString("token_key_id"),
            new Owner(memberId, network),
            Use.CODE_VERIFIER);
    return new Returning(memberId, verifier, URI.create(row.getString("return_to")));
  }

  /** Forgets what a member who leaves has begun. */
  public void removeAll(UUID memberId) {
    Sql.update(database, "DELETE FROM authorization_request WHERE member_id = ?", memberId);
  }

  @Scheduled(
      every = "10m",
      delayed = "1m",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @LeaderOnly
  @Transactional
  void removeExpired() {
    Sql.update(
        database,
        "DELETE FROM authorization_request WHERE expires_at < ? LIMIT 10000",
        Instant.now());
  }

  private String secret() {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    return base64(bytes);
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
