package dev.dotori.socialshare.share;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.dotori.api.Ids;
import dev.dotori.local.test.TestTokens;
import dev.dotori.socialshare.SocialLoop;
import dev.dotori.socialshare.SocialShareTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Authors learn what would fail a share before they post. */
@SocialShareTest
class PreviewTest {

  private static final byte[] WEBP = "RIFF\1\1\1\1WEBP".getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] GIF = "GIF89a".getBytes(StandardCharsets.ISO_8859_1);

  @Inject SocialLoop loop;

  @AfterEach
  void mediaAnswers() {
    loop.mediaDown(0);
  }

  @Test
  void whatFitsFitsAndIsPostedNowhere() {
    UUID member = loop.memberConnectedTo("facebook", "x");
    String text = "Preview " + Ids.next();

    preview(member, text, List.of(loop.picture(member)), "x", "facebook")
        .statusCode(200)
        .body("items.network", contains("x", "facebook"))
        .body("items.fits", everyItem(equalTo(true)))
        .body("items.reasons", everyItem(empty()))
        .body("items.length", everyItem(equalTo(text.length())))
        .body("items.limit", contains(280, 63_206))
        .body("next", nullValue());

    assertThat(loop.shown("x", text) + loop.shown("facebook", text)).isZero();
    assertThat(
            loop.rows(row -> row.getString(1), "SELECT text FROM post WHERE author_id = ?", member))
        .isEmpty();
  }

  @Test
  void aTextIsTooLongAsEachNetworkCounts() {
    UUID member = loop.memberConnectedTo("facebook", "x");

    // 141 letters that weigh 2 each at X, and 1 at Facebook.
    preview(member, "\uac00".repeat(141), List.of(), "facebook", "x")
        .statusCode(200)
        .body("items.fits", contains(true, false))
        .body("items.length", contains(141, 282))
        .body("items[1].reasons.errorClass", contains("text_too_long"))
        .body("items[1].reasons[0].error", equalTo("The text has 282 weighted characters; 280 fit"))
        .body("items[1].reasons[0].mediaId", nullValue());
    preview(member, "\uac00".repeat(140), List.of(), "x").body("items.fits", contains(true));
  }

  @Test
  void aPictureFitsOnlyWhereItsTypeIsTaken() {
    UUID member = loop.memberConnectedTo("facebook", "x");
    UUID webp = loop.picture(member, "ready", WEBP);
    UUID gif = loop.picture(member, "ready", GIF);

    preview(member, "", List.of(webp, gif), "facebook", "x")
        .statusCode(200)
        .body("items.fits", contains(false, false))
        .body("items[0].reasons.errorClass", contains("media_unsupported"))
        .body("items[0].reasons.mediaId", contains(webp.toString()))
        .body("items[1].reasons.errorClass", contains("media_unsupported"))
        .body("items[1].reasons.mediaId", contains(gif.toString()));
  }

  @Test
  void aPictureFitsOnlyUpToTheNetworksSize() {
    UUID member = loop.memberConnectedTo("facebook", "x");
    byte[] large = new byte[(5 << 20) + 1];
    large[0] = (byte) 0xff;
    large[1] = (byte) 0xd8;
    large[2] = (byte) 0xff;

    preview(member, "Large", List.of(loop.picture(member, "ready", large)), "facebook", "x")
        .statusCode(200)
        .body("items.fits", contains(true, false))
        .body("items[1].reasons.errorClass", contains("media_unsupported"));
  }

  @Test
  void amongPicturesThoseThatCannotBeHadAreNamed() {
    UUID member = loop.memberConnectedTo("x");
    UUID own = loop.picture(member);
    UUID anothers = loop.picture(Ids.next());
    UUID processing = loop.picture(member, "processing", GIF);
    UUID missing = Ids.next();

    preview(member, "Look", List.of(own, anothers, processing, missing), "x")
        .statusCode(200)
        .body("items[0].fits", equalTo(false))
        .body("items[0].reasons.errorClass", everyItem(equalTo("media_unavailable")))
        .body(
            "items[0].reasons.mediaId",
            contains(anothers.toString(), processing.toString(), missing.toString()));
  }

  @Test
  void allReasonsAreGivenAtOnce() {
    UUID member = Ids.next();

    preview(member, "a".repeat(281), List.of(Ids.next()), "x")
        .statusCode(200)
        .body(
            "items[0].reasons.errorClass",
            contains("not_connected", "text_too_long", "media_unavailable"));
  }

  @Test
  void aBrokenConnectionIsInTheWay() {
    UUID member = loop.memberConnectedTo("x");
    loop.update(
        "UPDATE connection SET broken_reason = 'The access was revoked' WHERE member_id = ?",
        member);

    preview(member, "Broken", List.of(), "x")
        .statusCode(200)
        .body("items[0].fits", equalTo(false))
        .body("items[0].reasons.errorClass", contains("connection_broken"))
        .body("items[0].reasons.error", contains("The access was revoked"));
  }

  @Test
  void whileMediaIsAwayNothingIsClaimed() {
    UUID member = loop.memberConnectedTo("x");
    UUID picture = loop.picture(member);
    loop.mediaDown(1);

    preview(member, "Away", List.of(picture), "x")
        .statusCode(503)
        .contentType("application/problem+json")
        .header("Retry-After", notNullValue())
        .body("type", equalTo("/problems/unavailable"));
    preview(member, "Back", List.of(picture), "x").body("items.fits", contains(true));
  }

  @Test
  void onlyMembersMayAsk() {
    Map<String, Object> body = Map.of("text", "Hi", "networks", List.of("x"));
    given()
        .contentType("application/json")
        .body(body)
        .post("/v1/social/preview")
        .then()
        .statusCode(401);
    Stream.of(TestTokens.store(Ids.next()), TestTokens.operator())
        .forEach(token ->
            given()
                .header("Authorization", "Bearer " + token)
                .contentType("application/json")
                .body(body)
                .post("/v1/social/preview")
                .then()
                .statusCode(403));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'text':'Hi','networks':['x'],'shareTo':['x']}   | shareTo",
        "{'text':'Hi','networks':['myspace']}             | networks[0]",
        "{'text':'Hi','networks':['x','x']}               | networks",
        "{'text':'Hi','networks':[null]}                  | networks",
        "{'text':'Hi','networks':[]}                      | networks",
        "{'text':'Hi'}                                    | networks",
        "{'text':'  ','networks':['x']}                   | text",
        "{'text':'Hi','mediaIds':['?'],'networks':['x']}  | mediaIds[0]",
        "{'text':'Hi','mediaIds':[null],'networks':['x']} | mediaIds"
      },
      quoteCharacter = '"')
  void aWrongRequestIsRefused(String body, String field) {
    refused(body.replace('\'', '"'), field);
  }

  @Test
  void aMediumCountsOnceAndFourAreTheMost() {
    UUID medium = Ids.next();
    refused(bodyWithMedia(List.of(medium, medium)), "mediaIds");
    refused(bodyWithMedia(Stream.generate(Ids::next).limit(5).toList()), "mediaIds");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "\ud83c\udf30"})
  void fiveThousandCharactersAreTheMost(String character) {
    String most = character.repeat(5_000);
    preview(Ids.next(), most, List.of(), "x").statusCode(200);
    preview(Ids.next(), most + character, List.of(), "x")
        .statusCode(400)
        .body("violations.field", hasItem("text"));
  }

  private static String bodyWithMedia(List<UUID> mediaIds) {
    String ids = String.join("\",\"", mediaIds.stream().map(UUID::toString).toList());
    return "{\"text\":\"Hi\",\"networks\":[\"x\"],\"mediaIds\":[\"" + ids + "\"]}";
  }

  private void refused(String body, String field) {
    loop.as(Ids.next())
        .contentType("application/json")
        .body(body)
        .post("/v1/social/preview")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("type", equalTo("/problems/invalid-request"))
        .body("violations.field", contains(field));
  }

  private ValidatableResponse preview(
      UUID member, String text, List<UUID> mediaIds, String... networks) {
    return loop.as(member)
        .contentType("application/json")
        .body(Map.of("text", text, "mediaIds", mediaIds, "networks", List.of(networks)))
        .post("/v1/social/preview")
        .then();
  }
}
