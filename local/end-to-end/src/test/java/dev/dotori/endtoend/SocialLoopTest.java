package dev.dotori.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** A member posts a photo of a purchase, it goes out to both networks, and that earns again. */
@ExtendWith(LocalSystem.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SocialLoopTest {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String PASSWORD = "correct horse battery staple";

  private LocalSystem system;

  @BeforeAll
  void use(LocalSystem started) {
    system = started;
  }

  @Test
  void aSharedPhotoIsPublishedAndEarnsTheBonus() throws Exception {
    Shop shop = Shop.open(system);
    String email = UUID.randomUUID() + "@example.org";
    UUID memberId = register(email);
    Client member = signIn(email);
    UUID purchase = buy(shop, memberId);
    connect(member, "facebook");
    connect(member, "x");
    UUID photo = upload(member);
    String words = "Lunch " + UUID.randomUUID();

    UUID post =
        UUID.fromString(
            member
                .postOnce(
                    "/v1/posts",
                    """
                    {"text": "%s", "mediaIds": ["%s"], "storeId": "%s", "purchaseId": "%s",
                     "visibility": "public", "shareTo": ["facebook", "x"]}
                    """
                        .formatted(words, photo, shop.id(), purchase))
                .is(201)
                .text("id"));

    await()
        .atMost(LIMIT)
        .untilAsserted(() -> {
          Client.Answer shares = member.get("/v1/posts/" + post + "/shares").is(200);
          assertThat(shares.body().findValuesAsText("network"))
              .as(shares.text())
              .containsExactlyInAnyOrder("facebook", "x");
          assertThat(shares.body().findValuesAsText("status"))
              .as(shares.text())
              .containsOnly("published");
        });
    for (String network : List.of("facebook", "x")) {
      assertThat(page(system.sandbox().resolve("/" + network))).contains(words).contains("<img");
    }
    // 1,000 cents give 100 points, and each network's share its bonus.
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> {
          JsonNode points = member.get("/v1/members/" + memberId + "/points").is(200).body();
          assertThat(points.get("balance").asLong()).isEqualTo(100 + 2 * Shop.SHARE_BONUS);
        });
  }

  private UUID register(String email) {
    Client.Answer registered =
        Client.of(system.gateway())
            .post(
                "/v1/members",
                "{\"email\": \"%s\", \"password\": \"%s\", \"displayName\": \"Dana\"}"
                    .formatted(email, PASSWORD))
            .is(201);
    return UUID.fromString(registered.text("id"));
  }

  private Client signIn(String email) {
    Client anyone = Client.of(system.gateway());
    return anyone.withToken(
        anyone
            .post(
                "/v1/sessions",
                "{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email, PASSWORD))
            .is(201)
            .text("accessToken"));
  }

  private static UUID buy(Shop shop, UUID memberId) {
    Client.Answer bought =
        shop.till()
            .postOnce(
                "/v1/purchases", Shop.purchase(memberId, "1000", UUID.randomUUID().toString(), ""))
            .is(202);
    return UUID.fromString(bought.text("id"));
  }

  /**
   * As a browser does: to the network, consent, back to the gateway, and on to where the member
   * came from.
   */
  private void connect(Client member, String network) {
    String returnTo = system.sandbox().resolve("/" + network).toString();
    URI authorize =
        URI.create(
            member
                .post("/v1/social/connections/" + network, "{\"returnTo\": \"" + returnTo + "\"}")
                .is(201)
                .text("authorizeUrl"));
    String consent =
        authorize.getRawQuery() + "&user=Dana-" + UUID.randomUUID() + "&decision=allow";
    Client.Answer consented =
        Client.exchange(
            HttpRequest.newBuilder(URI.create(authorize.toString().replaceFirst("\\?.*", "")))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(consent)));
    String callback = consented.headers().firstValue("Location").orElseThrow();
    assertThat(callback)
        .startsWith(system.gateway() + "/v1/social/connections/" + network + "/callback");

    Client.Answer back =
        Client.exchange(HttpRequest.newBuilder(URI.create(callback)).GET()).is(303);

    assertThat(back.headers().firstValue("Location").orElseThrow()).startsWith(returnTo);
    assertThat(member.get("/v1/social/connections").is(200).text())
        .contains(network)
        .doesNotContain("token");
  }

  /** Straight to S3, which never sees the member's token. */
  private UUID upload(Client member) throws Exception {
    byte[] photo = photo();
    Client.Answer announced =
        member
            .postOnce(
                "/v1/media",
                """
                {"fileName": "lunch.jpg", "contentType": "image/jpeg", "size": %d, "sha256": "%s"}
                """
                    .formatted(photo.length, sha256(photo)))
            .is(201);
    UUID id = UUID.fromString(announced.text("id"));
    JsonNode upload = announced.body().get("upload");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(upload.get("url").asText()))
            .method(upload.get("method").asText(), HttpRequest.BodyPublishers.ofByteArray(photo));
    upload
        .path("headers")
        .properties()
        .forEach(header -> request.header(header.getKey(), header.getValue().asText()));
    assertThat(Client.exchange(request).status()).isBetween(200, 204);

    member.post("/v1/media/" + id + "/complete", "").is(202);
    await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(member.get("/v1/media/" + id).is(200).text("status")).isEqualTo("ready"));
    return id;
  }

  private static String page(URI url) {
    return Client.exchange(HttpRequest.newBuilder(url).GET()).is(200).text();
  }

  private static byte[] photo() throws IOException {
    BufferedImage image = new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = image.createGraphics();
    canvas.setPaint(new GradientPaint(0, 0, Color.ORANGE, 640, 480, Color.BLUE));
    canvas.fillRect(0, 0, 640, 480);
    canvas.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, "jpeg", bytes)).isTrue();
    return bytes.toByteArray();
  }

  private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
