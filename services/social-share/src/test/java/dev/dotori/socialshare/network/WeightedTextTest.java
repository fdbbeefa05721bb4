package dev.dotori.socialshare.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Texts weigh as X's page "Counting characters" says. */
class WeightedTextTest {

  @Test
  void latinLettersWeighOne() {
    assertThat(WeightedText.weigh("a".repeat(280))).isEqualTo(280);
    assertThat(WeightedText.weigh("é — “quoted”")).isEqualTo(12);
  }

  @Test
  void cjkWeighsTwo() {
    assertThat(WeightedText.weigh("한".repeat(140))).isEqualTo(280);
    assertThat(WeightedText.weigh("日本")).isEqualTo(4);
  }

  @Test
  void anEmojiWeighsTwoHoweverItIsMade() {
    assertThat(WeightedText.weigh("😀")).isEqualTo(2);
    assertThat(WeightedText.weigh("👨‍👩‍👧‍👦")).isEqualTo(2);
    assertThat(WeightedText.weigh("👍🏽")).isEqualTo(2);
  }

  @Test
  void aLinkWeighs23HoweverLongItIs() {
    assertThat(WeightedText.weigh("https://e.org")).isEqualTo(23);
    assertThat(WeightedText.weigh("see https://example.org/" + "x".repeat(500))).isEqualTo(27);
  }

  @Test
  void composedAndDecomposedLettersWeighTheSame() {
    assertThat(WeightedText.weigh("e\u0301")).isEqualTo(1);
  }
}
