package dev.dotori.media;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;

/** Files to upload: good ones, odd ones and bad ones. */
final class Images {

  private Images() {}

  /** A photo whose left half is red and whose right half is blue. */
  static byte[] jpeg(int width, int height) {
    return encoded(halves(width, height, BufferedImage.TYPE_INT_RGB), "jpeg");
  }

  static byte[] png(int width, int height) {
    return encoded(halves(width, height, BufferedImage.TYPE_INT_RGB), "png");
  }

  static byte[] transparentPng(int width, int height) {
    return encoded(new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB), "png");
  }

  /** One pixel, lossy; nothing here writes WebP. */
  static byte[] webp() {
    return Base64.getDecoder().decode("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA");
  }

  /** Three frames that loop, with a comment that says where they were taken. */
  static byte[] animatedGif(int width, int height, String comment) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var output = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(output);
      writer.prepareWriteSequence(null);
      for (int frame = 0; frame < 3; frame++) {
        BufferedImage image = halves(width, height, BufferedImage.TYPE_INT_RGB);
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), null);
        IIOMetadataNode root = new IIOMetadataNode("javax_imageio_gif_image_1.0");
        IIOMetadataNode comments = new IIOMetadataNode("CommentExtensions");
        IIOMetadataNode one = new IIOMetadataNode("CommentExtension");
        one.setAttribute("value", comment);
        comments.appendChild(one);
        root.appendChild(comments);
        metadata.mergeTree("javax_imageio_gif_image_1.0", root);
        writer.writeToSequence(new IIOImage(image, null, metadata), null);
      }
      writer.endWriteSequence();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  static byte[] pdf() {
    return """
    %PDF-1.4
    1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
    2 0 obj <</Type /Pages /Kids [] /Count 0>> endobj
    trailer <</Root 1 0 R>>
    %%EOF
    """
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** The JPEG as a camera writes it: to be turned, and with the place where it was taken. */
  static byte[] withExif(byte[] jpeg, int orientation) {
    ByteBuffer tiff = ByteBuffer.allocate(110).order(ByteOrder.LITTLE_ENDIAN);
    tiff.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8);
    tiff.putShort((short) 2);
    field(tiff, 0x0112, 3, 1, orientation);
    field(tiff, 0x8825, 4, 1, 38);
    tiff.putInt(0);
    tiff.putShort((short) 2);
    field(tiff, 0x0001, 2, 2, 'N');
    field(tiff, 0x0002, 5, 3, 68);
    tiff.putInt(0);
    tiff.putInt(37).putInt(1).putInt(46).putInt(1).putInt(30).putInt(1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] content = tiff.array();
    out.write(jpeg, 0, 2);
    int length = 2 + 6 + content.length;
    out.writeBytes(new byte[] {(byte) 0xff, (byte) 0xe1, (byte) (length >> 8), (byte) length});
    out.writeBytes("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(content);
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }

  /** A PNG of a few bytes that says it has so many pixels. */
  static byte[] pngClaiming(int width, int height) {
    byte[] png = png(1, 1);
    ByteBuffer.wrap(png).putInt(16, width).putInt(20, height);
    CRC32 crc = new CRC32();
    crc.update(png, 12, 17);
    ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
    return png;
  }

  static byte[] cutOff(byte[] file) {
    return java.util.Arrays.copyOf(file, file.length * 2 / 3);
  }

  static byte[] followedBy(byte[] file, String tail) {
    byte[] more = tail.getBytes(StandardCharsets.US_ASCII);
    byte[] both = java.util.Arrays.copyOf(file, file.length + more.length);
    System.arraycopy(more, 0, both, file.length, more.length);
    return both;
  }

  static BufferedImage decoded(byte[] file) {
    try {
      return ImageIO.read(new ByteArrayInputStream(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void field(ByteBuffer tiff, int tag, int type, int count, int value) {
    tiff.putShort((short) tag).putShort((short) type).putInt(count).putInt(value);
  }

  private static BufferedImage halves(int width, int height, int type) {
    BufferedImage image = new BufferedImage(width, height, type);
    Graphics2D canvas = image.createGraphics();
    canvas.setColor(Color.RED);
    canvas.fillRect(0, 0, width / 2, height);
    canvas.setColor(Color.BLUE);
    canvas.fillRect(width / 2, 0, width - width / 2, height);
    canvas.dispose();
    return image;
  }

  private static byte[] encoded(BufferedImage image, String format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, format, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
