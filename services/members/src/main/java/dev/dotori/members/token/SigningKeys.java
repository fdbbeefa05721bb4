package dev.dotori.members.token;

import dev.dotori.leadership.Leadership;
import dev.dotori.members.MembersConfig;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * The keys that sign tokens, the same for all replicas because they are in the database.
 *
 * <p>The first is made at the first start, the next when the newest has signed for a while. A new
 * key is published before it signs, and the former one stays published until the last token it
 * signed has expired, so no verifier ever meets a token whose key it can't find.
 */
@ApplicationScoped
public class SigningKeys {

  private static final Logger LOG = Logger.getLogger(SigningKeys.class);

  private final DataSource database;
  private final KeyEncryption encryption;
  private final MembersConfig.Tokens config;
  private final Leadership leadership;

  /** Newest first; replaced as a whole. */
  private volatile List<SigningKey> keys = List.of();

  SigningKeys(
      DataSource database, KeyEncryption encryption, MembersConfig config, Leadership leadership) {
    this.database = database;
    this.encryption = encryption;
    this.config = config.tokens();
    this.leadership = leadership;
  }

  void onStart(@Observes StartupEvent start) {
    refresh(Instant.now());
  }

  // By every replica, and often enough that a key which another made is published here long before
  // it signs.
  @Scheduled(every = "1m", delayed = "1m", identity = "signing-keys")
  @RunOnVirtualThread
  void refresh() {
    refresh(Instant.now());
  }

  /**
   * Reads the keys. The leader makes the next one when it is time, and deletes the retired; the
   * first is made by whoever comes first, since nothing can be signed without.
   */
  void refresh(Instant now) {
    List<SigningKey> known = read();
    if (known.isEmpty()) {
      insert(SigningKey.generate(1, now));
      known = read();
    } else if (isRotationDue(known, now) && leadership.isLeader()) {
      insert(
          SigningKey.generate(
              known.getFirst().generation() + 1, now.plus(config.keyPublishedAhead())));
      known = read();
    }
    keys = known;
    deleteRetired(now);
  }

  private boolean isRotationDue(List<SigningKey> newestFirst, Instant now) {
    return !now.isBefore(newestFirst.getFirst().signsFrom().plus(config.keyRotation()));
  }

  /** The key that signs at the moment. */
  SigningKey signing(Instant now) {
    return keys.stream()
        .filter(key -> !key.signsFrom().isAfter(now))
        .findFirst()
        // only when the clocks of replicas differ: the first key is good from its first moment
        .orElseGet(() -> keys.getLast());
  }

  /** The published key of this id: the signing one, its successor or one not long retired. */
  Optional<PublicKey> verifying(String kid, Instant now) {
    return published(now).stream()
        .filter(key -> key.kid().equals(kid))
        .<PublicKey>map(SigningKey::publicKey)
        .findFirst();
  }

  /** The key set as the public gets it (RFC 7517). */
  Map<String, Object> publicKeySet(Instant now) {
    return Map.of("keys", published(now).stream().map(SigningKey::publicJwk).toList());
  }

  private List<SigningKey> published(Instant now) {
    List<SigningKey> current = keys;
    int retired = firstRetired(current, now);
    return current.subList(0, retired);
  }

  /** Deletes private keys that no verifier needs any more: what is gone can't leak. */
  private void deleteRetired(Instant now) {
    List<SigningKey> current = keys;
    int retired = firstRetired(current, now);
    if (retired == current.size() || !leadership.isLeader()) {
      return;
    }
    try (Connection connection = database.getConnection();
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM signing_key WHERE generation <= ?")) {
      delete.setInt(1, current.get(retired).generation());
      delete.executeUpdate();
      keys = current.subList(0, retired);
    } catch (SQLException e) {
      throw new IllegalStateException("retired signing keys could not be deleted", e);
    }
  }

  /** Where, newest first, those begin whose successor has signed for longer than a token lives. */
  private int firstRetired(List<SigningKey> newestFirst, Instant now) {
    // A margin of one more lifetime, for clocks that differ.
    Instant lastNeeded = now.minus(config.lifetime().multipliedBy(2));
    for (int i = 1; i < newestFirst.size(); i++) {
      if (newestFirst.get(i - 1).signsFrom().isBefore(lastNeeded)) {
        return i;
      }
    }
    return newestFirst.size();
  }

  /** Inserts the key, unless another replica was faster: then that one's counts. */
  private void insert(SigningKey key) {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT IGNORE INTO signing_key"
                    + " (generation, kid, public_key, private_key, signs_from)"
                    + " VALUES (?, ?, ?, ?, ?)")) {
      insert.setInt(1, key.generation());
      insert.setString(2, key.kid());
      insert.setBytes(3, key.publicKey().getEncoded());
      insert.setBytes(4, encryption.seal(key.privateKey().getEncoded(), context(key.kid())));
      insert.setObject(5, LocalDateTime.ofInstant(key.signsFrom(), ZoneOffset.UTC));
      if (insert.executeUpdate() == 1) {
        LOG.infof("Made signing key %s, which signs from %s", key.kid(), key.signsFrom());
      }
    } catch (SQLException e) {
      throw new IllegalStateException("a signing key could not be stored", e);
    }
  }

  private List<SigningKey> read() {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT generation, kid, public_key, private_key, signs_from"
                    + " FROM signing_key ORDER BY generation DESC");
        ResultSet rows = select.executeQuery()) {
      List<SigningKey> found = new ArrayList<>();
      while (rows.next()) {
        String kid = rows.getString(2);
        found.add(
            SigningKey.decode(
                rows.getInt(1),
                kid,
                rows.getBytes(3),
                encryption.open(rows.getBytes(4), context(kid)),
                rows.getObject(5, LocalDateTime.class).toInstant(ZoneOffset.UTC)));
      }
      return List.copyOf(found);
    } catch (SQLException e) {
      throw new IllegalStateException("the signing keys could not be read", e);
    }
  }

  private static byte[] context(String kid) {
    return kid.getBytes(StandardCharsets.UTF_8);
  }
}
