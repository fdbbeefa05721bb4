package dev.dotori.media.inspection;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import dev.dotori.media.MediaConfig;
import dev.dotori.media.file.Rejection;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.event.IIOReadProgressListener;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.FileImageOutputStream;

/**
 * Reads pictures that strangers sent, and writes them anew. What is written holds pixels and
 * nothing else: no EXIF, no location, no comment, nothing hidden behind the image's end.
 */
@ApplicationScoped
class Pictures {

  private static final String JPEG = "jpeg";
  private static final String PNG = "png";

  private final MediaConfig.Limits limits;
  private final Duration timeLimit;
  private final long memory;

  @Inject
  Pictures(MediaConfig config) {
    this(
        config.limits(),
        config.inspection().timeLimit(),
        Runtime.getRuntime().maxMemory() / 2 / config.inspection().atOnce());
  }

  /**
   * Reads pictures within bounds.
   *
   * @param memory bytes that one picture may take while it is read and turned
   */
  Pictures(MediaConfig.Limits limits, Duration timeLimit, long memory) {
    this.limits = limits;
    this.timeLimit = timeLimit;
    this.memory = memory;
  }

  // By name: ImageIO would search the class path, which a native executable does not have. Streams
  // are files of ours already, which need no second copy on disk.
  void register(@Observes StartupEvent starting) {
    ImageIO.setUseCache(false);
    IIORegistry formats = IIORegistry.getDefaultInstance();
    formats.registerServiceProvider(new WebPImageReaderSpi(), ImageReaderSpi.class);
    formats.registerServiceProvider(new JPEGImageReaderSpi(), ImageReaderSpi.class);
  }

  /**
   * Decodes the first frame and turns it upright. Of a picture that would take more memory than
   * there is, only every second or third pixel is read.
   *
   * @return pixels in sRGB, with alpha only where the picture has it
   * @throws RejectedFileException when it is too large or can't be read to its end
   */
  BufferedImage decode(Path file, FileType type) throws RejectedFileException {
    ImageReader reader = reader(type);
    try (FileImageInputStream input = new FileImageInputStream(file.toFile())) {
      reader.setInput(input, true, true);
      checkSize(reader.getWidth(0), reader.getHeight(0), 1);
      ReadWatch watch = new ReadWatch(timeLimit);
      reader.addIIOReadProgressListener(watch);
      reader.addIIOReadWarningListener(watch);
      BufferedImage stored = reader.read(0, withinMemory(reader, type));
      watch.checkComplete();
      return upright(stored, Orientation.of(file));
    } catch (IOException | RuntimeException e) {
      throw new RejectedFileException(Rejection.DAMAGED, e);
    } finally {
      reader.dispose();
    }
  }

  private ImageReadParam withinMemory(ImageReader reader, FileType type)
      throws IOException, RejectedFileException {
    long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
    double excess = (double) pixels * type.bytesPerPixel() / memory;
    ImageReadParam settings = reader.getDefaultReadParam();
    if (excess > 1) {
      if (type == FileType.WEBP) { // whose reader unpacks all of it in any case
        throw new RejectedFileException(
            Rejection.DIMENSIONS_TOO_LARGE, pixels + " pixels do not fit into memory");
      }
      int step = (int) Math.ceil(Math.sqrt(excess));
      settings.setSourceSubsampling(step, step, 0, 0);
    }
    return settings;
  }

  /** Refuses a picture of such a size before memory is taken for it. */
  void checkSize(int width, int height, int frames) throws RejectedFileException {
    if (width < 1 || height < 1) {
      throw new RejectedFileException(Rejection.DAMAGED, "no pixels");
    }
    if (width > limits.edge()
        || height > limits.edge()
        || (long) width * height > limits.pixels()
        || frames > limits.frames()) {
      throw new RejectedFileException(
          Rejection.DIMENSIONS_TOO_LARGE, width + "x" + height + ", frames: " + frames);
    }
  }

  /** The picture scaled down so that it fits a square; itself when it fits already. */
  static BufferedImage fit(BufferedImage picture, int edge) {
    double scale = (double) edge / Math.max(picture.getWidth(), picture.getHeight());
    if (scale >= 1) {
      return picture;
    }
    int width = Math.max(1, (int) Math.round(picture.getWidth() * scale));
    int height = Math.max(1, (int) Math.round(picture.getHeight() * scale));
    // By halves: bilinear filtering looks at four pixels, so a larger step would skip some.
    BufferedImage current = picture;
    while (current.getWidth() / 2 >= width && current.getHeight() / 2 >= height) {
      current = scaled(current, current.getWidth() / 2, current.getHeight() / 2);
    }
    return scaled(current, width, height);
  }

  /** Writes a JPEG. */
  static void writeJpeg(BufferedImage picture, float quality, Path file) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName(JPEG).next();
    try (FileImageOutputStream output = new FileImageOutputStream(file.toFile())) {
      ImageWriteParam settings = writer.getDefaultWriteParam();
      settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      settings.setCompressionQuality(quality);
      settings.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      writer.setOutput(output);
      writer.write(null, new IIOImage(picture, null, null), settings);
    } finally {
      writer.dispose();
    }
  }

  /** Writes a PNG. */
  static void writePng(BufferedImage picture, Path file) throws IOException {
    if (!ImageIO.write(picture, PNG, file.toFile())) {
      throw new IOException("no writer for PNG");
    }
  }

  private static ImageReader reader(FileType type) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(type.imageFormat());
    if (!readers.hasNext()) {
      throw new IllegalStateException("no reader for " + type);
    }
    return readers.next();
  }

  private static BufferedImage upright(BufferedImage stored, Orientation orientation) {
    int width = orientation.swapsSides() ? stored.getHeight() : stored.getWidth();
    int height = orientation.swapsSides() ? stored.getWidth() : stored.getHeight();
    BufferedImage upright = blank(width, height, stored.getColorModel().hasAlpha());
    Graphics2D canvas = upright.createGraphics();
    canvas.drawImage(stored, orientation.transform(stored.getWidth(), stored.getHeight()), null);
    canvas.dispose();
    return upright;
  }

  private static BufferedImage scaled(BufferedImage picture, int width, int height) {
    BufferedImage smaller = blank(width, height, picture.getColorModel().hasAlpha());
    Graphics2D canvas = smaller.createGraphics();
    canvas.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    canvas.drawImage(picture, 0, 0, width, height, null);
    canvas.dispose();
    return smaller;
  }

  private static BufferedImage blank(int width, int height, boolean alpha) {
    return new BufferedImage(
        width, height, alpha ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
  }

  /** The picture on white, for formats that know no alpha. */
  static BufferedImage opaque(BufferedImage picture) {
    if (!picture.getColorModel().hasAlpha()) {
      return picture;
    }
    BufferedImage opaque = blank(picture.getWidth(), picture.getHeight(), false);
    Graphics2D canvas = opaque.createGraphics();
    canvas.drawImage(picture, 0, 0, Color.WHITE, null);
    canvas.dispose();
    return opaque;
  }

  /** Stops a read that takes too long, and hears what decoders only warn of: a file cut off. */
  private static final class ReadWatch
      implements IIOReadProgressListener, javax.imageio.event.IIOReadWarningListener {

    private final long deadline;
    private boolean aborted;
    private String cutOff;

    ReadWatch(Duration limit) {
      this.deadline = System.nanoTime() + limit.toNanos();
    }

    void checkComplete() throws RejectedFileException {
      if (aborted) {
        throw new RejectedFileException(Rejection.DAMAGED, "took too long to read");
      }
      if (cutOff != null) {
        throw new RejectedFileException(Rejection.DAMAGED, cutOff);
      }
    }

    @Override
    public void imageProgress(ImageReader source, float percentageDone) {
      if (System.nanoTime() > deadline) {
        source.abort();
      }
    }

    @Override
    public void readAborted(ImageReader source) {
      aborted = true;
    }

    @Override
    public void warningOccurred(ImageReader source, String warning) {
      String said = warning == null ? "" : warning.toLowerCase(java.util.Locale.ROOT);
      if (said.contains("premature end") || said.contains("truncated")) {
        cutOff = warning;
      }
    }

    @Override
    public void sequenceStarted(ImageReader source, int minIndex) {}

    @Override
    public void sequenceComplete(ImageReader source) {}

    @Override
    public void imageStarted(ImageReader source, int imageIndex) {}

    @Override
    public void imageComplete(ImageReader source) {}

    @Override
    public void thumbnailStarted(ImageReader source, int imageIndex, int thumbnailIndex) {}

    @Override
    public void thumbnailProgress(ImageReader source, float percentageDone) {}

    @Override
    public void thumbnailComplete(ImageReader source) {}
  }
}
