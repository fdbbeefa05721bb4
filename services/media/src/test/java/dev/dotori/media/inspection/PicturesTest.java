package dev.dotori.media.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dotori.media.MediaConfig;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one picture may take of a worker. */
class PicturesTest {

  private static final int WIDTH = 400;
  private static final int HEIGHT = 300;

  @TempDir Path folder;

  @Test
  void aPictureThatFitsIntoMemoryIsReadWhole() throws Exception {
    BufferedImage read = pictures(8L * WIDTH * HEIGHT).decode(jpeg(), FileType.JPEG);

    assertThat(read.getWidth()).isEqualTo(WIDTH);
    assertThat(read.getHeight()).isEqualTo(HEIGHT);
  }

  @Test
  void ofAPictureThatDoesNotFitEverySecondPixelIsRead() throws Exception {
    BufferedImage read = pictures(8L * WIDTH * HEIGHT / 4).decode(jpeg(), FileType.JPEG);

    assertThat(read.getWidth()).isEqualTo(WIDTH / 2);
    assertThat(read.getHeight()).isEqualTo(HEIGHT / 2);
  }

  @Test
  void aReadThatTakesTooLongIsGivenUp() throws Exception {
    Pictures impatient = new Pictures(limits(), Duration.ZERO, Long.MAX_VALUE);
    Path picture = jpeg();

    assertThatThrownBy(() -> impatient.decode(picture, FileType.JPEG))
        .isInstanceOf(RejectedFileException.class)
        .hasMessageContaining("too long");
  }

  private Path jpeg() throws IOException {
    Path file = folder.resolve("picture.jpg");
    ImageIO.write(
        new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB), "jpeg", file.toFile());
    return file;
  }

  private static Pictures pictures(long memory) {
    return new Pictures(limits(), Duration.ofMinutes(1), memory);
  }

  private static MediaConfig.Limits limits() {
    return new MediaConfig.Limits() {
      @Override
      public long size() {
        return Long.MAX_VALUE;
      }

      @Override
      public long pixels() {
        return Long.MAX_VALUE;
      }

      @Override
      public int edge() {
        return Integer.MAX_VALUE;
      }

      @Override
      public int frames() {
        return Integer.MAX_VALUE;
      }
    };
  }
}
