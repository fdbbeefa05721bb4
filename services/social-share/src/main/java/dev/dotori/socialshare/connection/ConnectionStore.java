package dev.dotori.socialshare.connection;

import dev.dotori.socialshare.Sql;
import dev.dotori.socialshare.connection.TokenCipher.Owner;
import dev.dotori.socialshare.connection.TokenCipher.Use;
import dev.dotori.socialshare.network.Network;
import dev.dotori.socialshare.network.SocialNetwork.Account;
import dev.dotori.socialshare.network.SocialNetwork.Authorization;
import dev.dotori.socialshare.network.SocialNetwork.Tokens;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/** The table of connections. Each call joins the ambient transaction. */
@ApplicationScoped
public class ConnectionStore {

  private static final String COLUMNS =
      "member_id, network, account_id, account_name, account_handle, access_token, renewal_token,"
          + " token_key_id, expires_at, broken_reason, connected_at, version";

  private final DataSource database;
  private final TokenCipher cipher;

  ConnectionStore(DataSource database, TokenCipher cipher) {
    this.database = database;
    this.cipher = cipher;
  }

  public Optional<Connection> find(UUID memberId, Network network) {
    return Sql.one(
        database,
        this::read,
        "SELECT " + COLUMNS + " FROM connection WHERE member_id = ? AND network = ?",
        memberId,
        network.key());
  }

  public List<Connection> of(UUID memberId) {
    return Sql.list(
        database,
        this::read,
        "SELECT " + COLUMNS + " FROM connection WHERE member_id = ? ORDER BY connected_at DESC",
        memberId);
  }

  /** Connects, or connects anew: the former tokens and what broke them are forgotten. */
  public void put(UUID memberId, Network network, Authorization authorization) {
    Owner owner = new Owner(memberId, network);
    Account account = authorization.account();
    Tokens tokens = authorization.tokens();
    Sql.update(
        database,
        """
        INSERT INTO connection (member_id, network, account_id, account_name, account_handle,
            access_token, renewal_token, token_key_id, expires_at, connected_at, version)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
        ON DUPLICATE KEY UPDATE account_id = VALUES(account_id), account_name = VALUES(account_name),
            account_handle = VALUES(account_handle), access_token = VALUES(access_token),
            renewal_token = VALUES(renewal_token), token_key_id = VALUES(token_key_id),
            expires_at = VALUES(expires_at), connected_at = VALUES(connected_at),
            broken_reason = NULL, renewing_until = NULL, version = version + 1
        """,
        memberId,
        network.key(),
        account.id(),
        account.name(),
        account.handle(),
        cipher.encrypt(tokens.access(), owner, Use.ACCESS),
        cipher.encrypt(tokens.renewal(), owner, Use.RENEWAL),
        cipher.currentKeyId(),
        tokens.expiresAt(),
        Instant.now());
  }

  /**
   * Takes the right to renew these tokens, until the given time, since a renewal token works once.
   * False when somebody else has it or has renewed them already.
   */
  public boolean claimRenewal(Connection connection, Instant until) {
    return Sql.update(
            database,
            """
            UPDATE connection SET renewing_until = ?
            WHERE member_id = ? AND network = ? AND version = ? AND broken_reason IS NULL
              AND (renewing_until IS NULL OR renewing_until < ?)
            """,
            until,
            connection.memberId(),
            connection.network().key(),
            connection.version(),
            Instant.now())
        == 1;
  }

  /** Gives that right back without new tokens. */
  public void releaseRenewal(Connection connection) {
    Sql.update(
        database,
        "UPDATE connection SET renewing_until = NULL"
            + " WHERE member_id = ? AND network = ? AND version = ?",
        connection.memberId(),
        connection.network().key(),
        connection.version());
  }

  /** Keeps renewed tokens, unless the connection is another by now. */
  public void renewed(Connection connection, Tokens tokens) {
    Owner owner = new Owner(connection.memberId(), connection.network());
    Sql.update(
        database,
        """
        UPDATE connection SET access_token = ?, renewal_token = ?, token_key_id = ?, expires_at = ?,
            renewing_until = NULL, version = version + 1
        WHERE member_id = ? AND network = ? AND version = ?
        """,
        cipher.encrypt(tokens.access(), owner, Use.ACCESS),
        cipher.encrypt(tokens.renewal(), owner, Use.RENEWAL),
        cipher.currentKeyId(),
        tokens.expiresAt(),
        connection.memberId(),
        connection.network().key(),
        connection.version());
  }

  /** Marks the connection as broken; false when it was made anew, or is marked, by now. */
  public boolean breakOff(Connection connection, String reason) {
    return Sql.update(
            database,
            """
            UPDATE connection SET broken_reason = ?, renewing_until = NULL
            WHERE member_id = ? AND network = ? AND connected_at = ? AND broken_reason IS NULL
            """,
            reason.length() > 255 ? reason.substring(0, 255) : reason,
            connection.memberId(),
            connection.network().key(),
            connection.connectedAt())
        == 1;
  }

  public void remove(UUID memberId, Network network) {
    Sql.update(
        database,
        "DELETE FROM connection WHERE member_id = ? AND network = ?",
        memberId,
        network.key());
  }

  public void removeAll(UUID memberId) {
    Sql.update(database, "DELETE FROM connection WHERE member_id = ?", memberId);
  }

  private Connection read(ResultSet row) throws SQLException {
    UUID memberId = Sql.id(row, "member_id");
    Network network = Network.of(row.getString("network")).orElseThrow();
    Owner owner = new Owner(memberId, network);
    String keyId = row.getString("token_key_id");
    return new Connection(
        memberId,
        network,
        new Account(
            row.getString("account_id"),
            row.getString("account_name"),
            row.getString("account_handle")),
        new Tokens(
            cipher.decrypt(row.getBytes("access_token"), keyId, owner, Use.ACCESS),
            cipher.decrypt(row.getBytes("renewal_token"), keyId, owner, Use.RENEWAL),
            Sql.time(row, "expires_at")),
        row.getString("broken_reason"),
        Sql.time(row, "connected_at"),
        row.getLong("version"));
  }
}
