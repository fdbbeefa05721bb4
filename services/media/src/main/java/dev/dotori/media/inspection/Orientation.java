package dev.dotori.media.inspection;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.MetadataException;
import com.drew.metadata.exif.ExifIFD0Directory;
import java.awt.geom.AffineTransform;
import java.io.IOException;
import java.nio.file.Path;

/**
 * How a picture must be turned to stand upright (EXIF tag 0x0112). Since all metadata is dropped,
 * the turn is made in the pixels.
 */
enum Orientation {
  UPRIGHT,
  MIRRORED,
  UPSIDE_DOWN,
  MIRRORED_UPSIDE_DOWN,
  TRANSPOSED,
  TURN_RIGHT,
  TRANSVERSED,
  TURN_LEFT;

  /** The orientation that a file states; upright where it states none that can be read. */
  static Orientation of(Path file) {
    try {
      for (ExifIFD0Directory exif :
          ImageMetadataReader.readMetadata(file.toFile())
              .getDirectoriesOfType(ExifIFD0Directory.class)) {
        if (exif.containsTag(ExifIFD0Directory.TAG_ORIENTATION)) {
          int stated = exif.getInt(ExifIFD0Directory.TAG_ORIENTATION);
          return stated >= 1 && stated <= values().length ? values()[stated - 1] : UPRIGHT;
        }
      }
      return UPRIGHT;
    } catch (ImageProcessingException | MetadataException | IOException | RuntimeException e) {
      return UPRIGHT;
    }
  }

  /** Whether width and height change places. */
  boolean swapsSides() {
    return ordinal() >= TRANSPOSED.ordinal();
  }

  /** The turn of a picture that is stored with the given size. */
  AffineTransform transform(int width, int height) {
    return switch (this) {
      case UPRIGHT -> new AffineTransform();
      case MIRRORED -> new AffineTransform(-1, 0, 0, 1, width, 0);
      case UPSIDE_DOWN -> new AffineTransform(-1, 0, 0, -1, width, height);
      case MIRRORED_UPSIDE_DOWN -> new AffineTransform(1, 0, 0, -1, 0, height);
      case TRANSPOSED -> new AffineTransform(0, 1, 1, 0, 0, 0);
      case TURN_RIGHT -> new AffineTransform(0, 1, -1, 0, height, 0);
      case TRANSVERSED -> new AffineTransform(0, -1, -1, 0, height, width);
      case TURN_LEFT -> new AffineTransform(0, -1, 1, 0, 0, width);
    };
  }
}
