package dev.dotori.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dotori.local.servers.MySqlServer;
import dev.dotori.local.servers.Secrets;
import dev.dotori.local.test.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connector/J talks to the MySQL that an authority in a PEM file vouches for, and to no other. */
class MySqlTrustTest {

  private static TestAuthority authority;
  private static TestAuthority stranger;
  private static MySqlServer server;
  private static MySqlServer.Account account;

  @BeforeAll
  static void startServer() {
    authority = TestAuthority.create();
    stranger = TestAuthority.create();
    TestAuthority.Issued issued = authority.issue("localhost");
    server = MySqlServer.temporary().withTls(issued.certificate(), issued.key()).start();
    account = server.createSchema("trust", Secrets.password());
  }

  @AfterAll
  static void stopServer() {
    server.close();
    authority.close();
    stranger.close();
  }

  @Test
  void aServerOfTheAuthorityIsTrusted() throws SQLException {
    try (Connection connection = connect("localhost", authority.certificate());
        ResultSet cipher =
            connection.createStatement().executeQuery("SHOW STATUS LIKE 'Ssl_cipher'")) {
      assertThat(cipher.next()).isTrue();
      assertThat(cipher.getString("Value")).isNotEmpty();
    }
  }

  @Test
  void oneOfSeveralAuthoritiesIsEnough(@TempDir Path directory) throws Exception {
    Path bundle = directory.resolve("bundle.crt");
    Files.writeString(
        bundle,
        "# two of them\n"
            + Files.readString(stranger.certificate())
            + Files.readString(authority.certificate()));

    connect("localhost", bundle).close();
  }

  @Test
  void aServerOfAnotherAuthorityIsRefused() {
    assertThatConnecting("localhost", stranger.certificate())
        .rootCause()
        .hasMessageContaining("does not chain with any of the trust anchors");
  }

  @Test
  void aServerOfAnotherNameIsRefused() {
    assertThatConnecting("127.0.0.1", authority.certificate())
        .rootCause()
        .hasMessageContaining("127.0.0.1");
  }

  @Test
  void aFileWithoutCertificatesIsRefused(@TempDir Path directory) throws Exception {
    Path empty = Files.writeString(directory.resolve("ca.crt"), "");

    assertThatConnecting("localhost", empty)
        .rootCause()
        .hasMessageContaining("holds no certificate");
  }

  private static AbstractThrowableAssert<?, ?> assertThatConnecting(String host, Path trusted) {
    return assertThatThrownBy(() -> connect(host, trusted).close())
        .isInstanceOf(SQLException.class);
  }

  private static Connection connect(String host, Path trusted) throws SQLException {
    String url =
        "jdbc:mysql://%s:%d/trust?sslMode=VERIFY_IDENTITY&socketFactory=%s"
                .formatted(host, server.port(), PemSocketFactory.class.getName())
            + "&trustCertificateKeyStoreType=PEM&trustCertificateKeyStoreUrl="
            + trusted.toUri();
    return DriverManager.getConnection(url, account.user(), account.password());
  }
}
