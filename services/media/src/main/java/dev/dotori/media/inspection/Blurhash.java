package dev.dotori.media.inspection;

import java.awt.image.BufferedImage;

/**
 * A placeholder of about 30 characters that clients draw while an image loads: the picture's lowest
 * frequencies, as the BlurHash format (woltapp/blurhash, Algorithm.md) writes them.
 */
final class Blurhash {

  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

  // Finer detail than this leaves no trace in so few frequencies.
  private static final int SAMPLE = 32;
  private static final int ACROSS = 4;
  private static final int DOWN = 3;
  private static final int CHANNELS = 3;

  private Blurhash() {}

  static String of(BufferedImage picture) {
    BufferedImage sample = Pictures.opaque(Pictures.fit(picture, SAMPLE));
    double[][] factors = new double[ACROSS * DOWN][];
    for (int y = 0; y < DOWN; y++) {
      for (int x = 0; x < ACROSS; x++) {
        factors[y * ACROSS + x] = factor(sample, x, y);
      }
    }
    StringBuilder hash = new StringBuilder();
    append(hash, (ACROSS - 1) + (DOWN - 1) * 9, 1);
    double largest = 0;
    for (int i = 1; i < factors.length; i++) {
      for (double value : factors[i]) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    int quantised = Math.clamp((long) Math.floor(largest * 166 - 0.5), 0, 82);
    append(hash, quantised, 1);
    double scale = (quantised + 1) / 166.0;
    append(hash, average(factors[0]), 4);
    for (int i = 1; i < factors.length; i++) {
      append(hash, frequency(factors[i], scale), 2);
    }
    return hash.toString();
  }

  private static double[] factor(BufferedImage image, int across, int down) {
    double[] sum = new double[CHANNELS];
    int width = image.getWidth();
    int height = image.getHeight();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double basis =
            Math.cos(Math.PI * across * x / width) * Math.cos(Math.PI * down * y / height);
        int rgb = image.getRGB(x, y);
        sum[0] += basis * linear(rgb >> 16 & 0xff);
        sum[1] += basis * linear(rgb >> 8 & 0xff);
        sum[2] += basis * linear(rgb & 0xff);
      }
    }
    double normal = (across == 0 && down == 0 ? 1.0 : 2.0) / ((double) width * height);
    for (int channel = 0; channel < CHANNELS; channel++) {
      sum[channel] *= normal;
    }
    return sum;
  }

  private static int average(double[] colour) {
    return srgb(colour[0]) << 16 | srgb(colour[1]) << 8 | srgb(colour[2]);
  }

  private static int frequency(double[] value, double scale) {
    return (step(value[0] / scale) * 19 + step(value[1] / scale)) * 19 + step(value[2] / scale);
  }

  private static int step(double value) {
    double root = Math.signum(value) * Math.sqrt(Math.abs(value));
    return Math.clamp((long) Math.floor(root * 9 + 9.5), 0, 18);
  }

  private static double linear(int value) {
    double v = value / 255.0;
    return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
  }

  private static int srgb(double value) {
    double v = Math.clamp(value, 0.0, 1.0);
    double s = v <= 0.0031308 ? v * 12.92 : 1.055 * Math.pow(v, 1 / 2.4) - 0.055;
    return (int) (s * 255 + 0.5);
  }

  private static void append(StringBuilder hash, int value, int length) {
    int divisor = (int) Math.pow(DIGITS.length(), length - 1.0);
    for (int i = 0; i < length; i++) {
      hash.append(DIGITS.charAt(value / divisor % DIGITS.length()));
      divisor /= DIGITS.length();
    }
  }
}
