package dev.dotori.media.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our hashes are those that other encoders make of the same pictures. */
class BlurhashTest {

  @ParameterizedTest
  @CsvSource({
    "000000,  4, L00000fQfQfQfQfQfQfQfQfQfQfQ",
    "ffffff,  4, L~TSUA~qfQ~q~q%MfQ%MfQfQfQfQ",
    "ffffff, 32, L9TSUA~qfQ~q~qoffQoffQfQfQfQ",
    "c8ff3c,  8, LfN39P?:fQ?:?:oxfQoxfQfQfQfQ",
  })
  void ofAPlainColour(String colour, int edge, String expected) {
    BufferedImage picture = new BufferedImage(edge, edge, BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = picture.createGraphics();
    canvas.setColor(new Color(Integer.parseInt(colour, 16)));
    canvas.fillRect(0, 0, edge, edge);
    canvas.dispose();

    assertThat(Blurhash.of(picture)).isEqualTo(expected);
  }
}
