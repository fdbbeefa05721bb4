package dev.dotori.members.token;

import static dev.dotori.members.Api.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dotori.local.test.MySqlTestResource;
import dev.dotori.local.test.RedisTestResource;
import dev.dotori.members.Api;
import dev.dotori.members.Database;
import dev.dotori.members.MembersConfig;
import dev.dotori.members.TestConfig;
import dev.dotori.members.Together;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(
    value = MySqlTestResource.class,
    initArgs = @ResourceArg(name = "schema", value = "members"))
@WithTestResource(RedisTestResource.class)
class SigningKeysTest {

  @Inject SigningKeys keysOfTheService;
  @Inject DataSource dataSource;
  @Inject Database database;
  @Inject KeyEncryption encryption;
  @Inject MembersConfig config;

  private final Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);

  @BeforeEach
  void noKeysYet() {
    database.update("DELETE FROM signing_key");
  }

  @AfterEach
  void theServiceGetsKeysThatSignNow() {
    database.update("DELETE FROM signing_key");
    keysOfTheService.refresh(Instant.now());
  }

  @Test
  void replicasThatStartAtOnceAgreeOnOneKey() throws Exception {
    List<Callable<String>> starts = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      starts.add(() -> {
        SigningKeys replica = replica();
        replica.refresh(now);
        return replica.signing(now).kid();
      });
    }

    List<String> signing = Together.call(starts);

    assertThat(signing).containsOnly(signing.getFirst());
    assertThat(database.count("SELECT COUNT(*) FROM signing_key")).isEqualTo(1);
  }

  @Test
  void aRestartKeepsTheKey() {
    SigningKeys before = replica();
    before.refresh(now);
    SigningKeys after = replica();
    after.refresh(now.plusSeconds(60));

    assertThat(after.signing(now.plusSeconds(60)).kid()).isEqualTo(before.signing(now).kid());
    assertThat(after.signing(now).privateKey()).isEqualTo(before.signing(now).privateKey());
  }

  @Test
  void theNextKeyIsPublishedBeforeItSignsAndTheFormerStaysUntilItsLastTokenHasExpired() {
    SigningKeys keys = replica();
    keys.refresh(now);
    String former = keys.signing(now).kid();

    Instant rotation = now.plus(config.tokens().keyRotation());
    keys.refresh(rotation);
    assertThat(keys.signing(rotation).kid()).isEqualTo(former);
    assertThat(published(keys, rotation)).hasSize(2).endsWith(former);
    String next = published(keys, rotation).getFirst();

    Instant takeover = rotation.plus(config.tokens().keyPublishedAhead());
    keys.refresh(takeover);
    assertThat(keys.signing(takeover.minusSeconds(1)).kid()).isEqualTo(former);
    assertThat(keys.signing(takeover).kid()).isEqualTo(next);
    assertThat(published(keys, takeover)).containsExactly(next, former);

    Instant lastTokenExpired = takeover.plus(config.tokens().lifetime()).plusSeconds(1);
    keys.refresh(lastTokenExpired);
    assertThat(keys.verifying(former, lastTokenExpired)).isPresent();

    Instant retired = takeover.plus(config.tokens().lifetime().multipliedBy(2)).plusSeconds(1);
    keys.refresh(retired);
    assertThat(published(keys, retired)).containsExactly(next);
    assertThat(keys.verifying(former, retired)).isEmpty();
    assertThat(database.count("SELECT COUNT(*) FROM signing_key")).isEqualTo(1);
  }

  @Test
  void replicasThatRotateAtOnceAgreeOnTheNextKey() throws Exception {
    replica().refresh(now);
    Instant rotation = now.plus(config.tokens().keyRotation());
    List<Callable<List<String>>> rotations = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      rotations.add(() -> {
        SigningKeys replica = replica();
        replica.refresh(rotation);
        return published(replica, rotation);
      });
    }

    List<List<String>> published = Together.call(rotations);

    assertThat(published).containsOnly(published.getFirst());
    assertThat(published.getFirst()).hasSize(2);
  }

  @Test
  void tokensOfTheFormerKeyAreAcceptedAfterARotation() {
    keysOfTheService.refresh(Instant.now());
    String token = Api.member().accessToken();
    Instant rotation = Instant.now().plus(config.tokens().keyRotation());
    keysOfTheService.refresh(rotation);

    as(token).get("/v1/members/me").then().statusCode(200);
    assertThat(as(token).get("/.well-known/jwks.json").<List<Object>>path("keys")).hasSize(2);
  }

  @Test
  void privateKeysAreSealedInTheDatabase() throws Exception {
    SigningKeys keys = replica();
    keys.refresh(now);
    byte[] scalar = keys.signing(now).privateKey().getS().toByteArray();
    // of the end, since the number's beginning may be a byte for its sign, or be a zero left out
    String secret = hex(scalar).substring(hex(scalar).length() - 32);

    assertThat(hex(keys.signing(now).privateKey().getEncoded())).contains(secret);
    assertThat(hex(storedPrivateKey())).doesNotContain(secret);
  }

  @Test
  void underAnotherKeyEncryptionKeyTheServiceSaysWhatIsWrong() {
    replica().refresh(now);
    KeyEncryption other =
        new KeyEncryption(
            TestConfig.with(
                Map.of(
                    "dotori.members.key-encryption-key",
                    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")));

    assertThatThrownBy(() -> new SigningKeys(dataSource, other, config, () -> true).refresh(now))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("dotori.members.key-encryption-key");
  }

  @Test
  void aPrivateKeyMovedToAnotherRowDoesNotOpen() {
    replica().refresh(now);
    database.update("UPDATE signing_key SET kid = 'another'");

    assertThatThrownBy(() -> replica().refresh(now)).isInstanceOf(IllegalStateException.class);
  }

  private SigningKeys replica() {
    return new SigningKeys(dataSource, encryption, config, () -> true);
  }

  private byte[] storedPrivateKey() throws Exception {
    try (var connection = dataSource.getConnection();
        var query = connection.prepareStatement("SELECT private_key FROM signing_key");
        var rows = query.executeQuery()) {
      rows.next();
      return rows.getBytes(1);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @SuppressWarnings("unchecked")
  private static List<String> published(SigningKeys keys, Instant at) {
    return ((List<Map<String, Object>>) keys.publicKeySet(at).get("keys"))
        .stream().map(key -> (String) key.get("kid")).toList();
  }
}
