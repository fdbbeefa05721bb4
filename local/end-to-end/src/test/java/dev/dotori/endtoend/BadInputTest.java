package dev.dotori.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What clients get wrong, or try: always a problem that says what, never an effect, never a look
 * inside.
 */
@ExtendWith(LocalSystem.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {

  private LocalSystem system;
  private Shop shop;
  private UUID buyer;

  @BeforeAll
  void openShop(LocalSystem started) {
    system = started;
    shop = Shop.open(system);
    buyer = shop.enrol();
  }

  @ParameterizedTest
  @CsvSource({
    "9223372036854775808, amount.amount",
    "9223372036854775807, amount.amount",
    "-1, amount.amount",
    "1.5, amount.amount",
    "'\"100\"', amount.amount",
    "1e3, amount.amount",
    "null, amount.amount"
  })
  void refusesAmountsThatAreNone(String amount, String field) {
    shop.till()
        .postOnce("/v1/purchases", Shop.purchase(buyer, amount, receipt(), ""))
        .isProblem(400, "invalid-request")
        .names(field);
  }

  @Test
  void refusesAReceiptTwice() {
    String receipt = receipt();
    shop.till().postOnce("/v1/purchases", Shop.purchase(buyer, "100", receipt, "")).is(202);

    Client.Answer again =
        shop.till().postOnce("/v1/purchases", Shop.purchase(buyer, "100", receipt, ""));

    assertThat(again.status()).as(again.text()).isEqualTo(409);
    again.isProblem(409, again.text("type").substring("/problems/".length()));
  }

  @Test
  void refusesAMemberWhoDoesNotExist() {
    shop.till()
        .postOnce("/v1/purchases", Shop.purchase(UUID.randomUUID(), "100", receipt(), ""))
        .isProblem(400, "invalid-request")
        .names("memberId");
  }

  @Test
  void refusesAParticipantTwice() {
    shop.till()
        .postOnce(
            "/v1/purchases",
            Shop.purchase(buyer, "100", receipt(), "{\"memberId\": \"" + buyer + "\"}"))
        .isProblem(400, "invalid-request")
        .names("sharedWith[0].memberId");
  }

  @Test
  void refusesFieldsThatItDoesNotKnow() {
    String purchase = Shop.purchase(buyer, "100", receipt(), "");

    shop.till()
        .postOnce("/v1/purchases", purchase.replaceFirst("\\{", "{\"recieptNo\": \"7\", "))
        .isProblem(400, "invalid-request")
        .names("recieptNo");
  }

  @Test
  void refusesTenMegabytesOfJson() {
    String padded = Shop.purchase(buyer, "100", "x".repeat(10 * 1024 * 1024), "");

    shop.till().postOnce("/v1/purchases", padded).isProblem(413, "too-large");
  }

  @Test
  void refusesBrokenUtf8() {
    byte[] purchase = Shop.purchase(buyer, "100", "R?", "").getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < purchase.length; i++) {
      if (purchase[i] == '?') {
        purchase[i] = (byte) 0xC3;
      }
    }

    shop.till().post("/v1/purchases", purchase).isProblem(400, "invalid-request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "null", "\"text\"", "{\"memberId\":"})
  void refusesWhatIsNoPurchase(String body) {
    shop.till().postOnce("/v1/purchases", body).isProblem(400, "invalid-request");
  }

  @Test
  void refusesABottomlessPit() {
    shop.till()
        .postOnce(
            "/v1/purchases", "{\"sharedWith\": " + "[".repeat(100_000) + "]".repeat(100_000) + "}")
        .isProblem(400, "invalid-request");
  }

  @Test
  void refusesAnUnsignedToken() {
    String token =
        encode("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "." + encode(operatorClaims(issuer())) + ".";

    Client.of(system.gateway())
        .withToken(token)
        .get("/v1/ledger/trial-balance")
        .isProblem(401, "unauthenticated");
  }

  @Test
  void refusesATokenOfAnotherIssuer() throws GeneralSecurityException {
    Client.of(system.gateway())
        .withToken(signedByAStranger("https://issuer.invalid"))
        .get("/v1/ledger/trial-balance")
        .isProblem(401, "unauthenticated");
  }

  @Test
  void refusesATokenThatOnlyClaimsToBeOurs() throws GeneralSecurityException {
    Client.of(system.gateway())
        .withToken(signedByAStranger(issuer()))
        .get("/v1/ledger/trial-balance")
        .isProblem(401, "unauthenticated");
  }

  @Test
  void hidesWhatServicesTellEachOther() {
    system.operator().get("/internal/stores/" + shop.id()).isProblem(404, "not-found");
    system.operator().post("/internal/members/lookup", "{\"ids\": []}").isProblem(404, "not-found");
  }

  @Test
  void keepsTheLedgerBalanced() {
    Client.Answer trial = system.operator().get("/v1/ledger/trial-balance").is(200);

    assertThat(trial.body().get("difference").asLong()).isZero();
  }

  private String issuer() {
    return system.gateway().toString();
  }

  private static String receipt() {
    return UUID.randomUUID().toString();
  }

  private static String signedByAStranger(String issuer) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    String content =
        encode("{\"alg\":\"ES256\",\"kid\":\"stranger\"}") + "." + encode(operatorClaims(issuer));
    return content + "." + sign(content, generator.generateKeyPair().getPrivate());
  }

  private static String sign(String content, PrivateKey key) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initSign(key);
    signature.update(content.getBytes(StandardCharsets.US_ASCII));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
  }

  private static String operatorClaims(String issuer) {
    long now = Instant.now().getEpochSecond();
    return """
    {"iss": "%s", "aud": "dotori", "sub": "operator", "groups": ["operator"], "iat": %d, "exp": %d}
    """
        .formatted(issuer, now, now + 600);
  }

  private static String encode(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
