package dev.dotori.bench.replicas;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;

/** Makes a JPEG of 12 megapixels, of the size that a phone's camera makes. */
final class Photo {

  static final int WIDTH = 4_000;
  static final int HEIGHT = 3_000;

  private static final int SHAPES = 400;
  private static final int GRAIN = 24;
  private static final float QUALITY = 0.85f;

  private Photo() {}

  /** Always the same for one seed. */
  static byte[] jpeg(long seed) throws IOException {
    Random random = new Random(seed);
    BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = picture.createGraphics();
    for (int i = 0; i < SHAPES; i++) {
      canvas.setColor(new Color(random.nextInt(1 << 24) | 0x60000000, true));
      canvas.fillOval(
          random.nextInt(WIDTH) - 400,
          random.nextInt(HEIGHT) - 300,
          random.nextInt(1_200),
          random.nextInt(900));
    }
    canvas.dispose();
    int[] row = new int[WIDTH];
    for (int y = 0; y < HEIGHT; y++) {
      picture.getRGB(0, y, WIDTH, 1, row, 0, WIDTH);
      for (int x = 0; x < WIDTH; x++) {
        // A sensor's noise, the same in all three colours, which is most of a photo's bytes.
        int noise = random.nextInt(GRAIN);
        row[x] =
            shade(row[x] >> 16, noise) << 16
                | shade(row[x] >> 8, noise) << 8
                | shade(row[x], noise);
      }
      picture.setRGB(0, y, WIDTH, 1, row, 0, WIDTH);
    }
    return encode(picture);
  }

  private static int shade(int colour, int noise) {
    return Math.min(255, (colour & 255) + noise);
  }

  private static byte[] encode(BufferedImage picture) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var output = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam settings = writer.getDefaultWriteParam();
      settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      settings.setCompressionQuality(QUALITY);
      writer.setOutput(output);
      writer.write(null, new IIOImage(picture, null, null), settings);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
