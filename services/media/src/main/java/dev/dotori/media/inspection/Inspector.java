package dev.dotori.media.inspection;

import dev.dotori.media.MediaConfig;
import dev.dotori.media.file.Rejection;
import dev.dotori.media.file.Variant;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Tells what a file is from its bytes, and makes from it what may be shown. */
@ApplicationScoped
class Inspector {

  private static final int MEDIUM_EDGE = 1280;
  private static final int THUMBNAIL_EDGE = 320;
  private static final float ORIGINAL_QUALITY = 0.92f;
  private static final float VARIANT_QUALITY = 0.85f;

  // Where readers look for the end of a PDF (ISO 32000, annex H: within the last 1024 bytes).
  private static final int PDF_TAIL = 1024;

  private final Pictures pictures;
  private final Semaphore places;

  @Inject
  Inspector(Pictures pictures, MediaConfig config) {
    this.pictures = pictures;
    this.places = new Semaphore(config.inspection().atOnce(), true);
  }

  /**
   * What a file is.
   *
   * @param width null for documents
   * @param blurhash null for documents
   */
  record Findings(
      FileType type, Integer width, Integer height, String blurhash, List<Rendering> renderings) {}

  /** A variant and where its bytes are. */
  record Rendering(Variant variant, Path file) {}

  /**
   * Inspects a file.
   *
   * @param folder where renderings are written; the caller removes it
   * @throws RejectedFileException when it may not be shown
   * @throws IOException when the local disk fails, which says nothing of the file
   */
  Findings inspect(Path file, Path folder)
      throws RejectedFileException, IOException, InterruptedException {
    FileType type =
        FileType.of(head(file))
            .orElseThrow(() ->
                new RejectedFileException(
                    Rejection.UNSUPPORTED_TYPE, "begins like no type that is taken"));
    if (type == FileType.PDF) {
      return document(file);
    }
    places.acquire();
    try {
      return picture(file, type, folder);
    } finally {
      places.release();
    }
  }

  private Findings picture(Path file, FileType type, Path folder)
      throws RejectedFileException, IOException {
    List<Rendering> renderings = new ArrayList<>();
    CleanGif.Result gif = null;
    if (type == FileType.GIF) {
      gif = CleanGif.of(Files.readAllBytes(file));
      pictures.checkSize(gif.width(), gif.height(), gif.frames());
    }
    BufferedImage picture = pictures.decode(file, type);
    int width = gif == null ? picture.getWidth() : gif.width();
    int height = gif == null ? picture.getHeight() : gif.height();
    if (gif != null) {
      Path original = Files.write(folder.resolve(Variant.ORIGINAL), gif.bytes());
      renderings.add(
          new Rendering(
              new Variant(Variant.ORIGINAL, FileType.GIF.contentType(), width, height), original));
    } else {
      boolean lossless = type == FileType.PNG;
      renderings.add(render(picture, Variant.ORIGINAL, lossless, ORIGINAL_QUALITY, folder));
    }
    BufferedImage medium = Pictures.fit(picture, MEDIUM_EDGE);
    renderings.add(render(medium, Variant.MEDIUM, false, VARIANT_QUALITY, folder));
    BufferedImage thumbnail = Pictures.fit(medium, THUMBNAIL_EDGE);
    renderings.add(render(thumbnail, Variant.THUMBNAIL, false, VARIANT_QUALITY, folder));
    return new Findings(type, width, height, Blurhash.of(thumbnail), renderings);
  }

  private static Rendering render(
      BufferedImage picture, String name, boolean lossless, float quality, Path folder)
      throws IOException {
    Path file = folder.resolve(name);
    FileType type = lossless || picture.getColorModel().hasAlpha() ? FileType.PNG : FileType.JPEG;
    if (type == FileType.PNG) {
      Pictures.writePng(picture, file);
    } else {
      Pictures.writeJpeg(picture, quality, file);
    }
    return new Rendering(
        new Variant(name, type.contentType(), picture.getWidth(), picture.getHeight()), file);
  }

  private static Findings document(Path file) throws IOException, RejectedFileException {
    try (RandomAccessFile pdf = new RandomAccessFile(file.toFile(), "r")) {
      byte[] tail = new byte[(int) Math.min(PDF_TAIL, pdf.length())];
      pdf.seek(pdf.length() - tail.length);
      pdf.readFully(tail);
      if (!new String(tail, StandardCharsets.ISO_8859_1).contains("%%EOF")) {
        throw new RejectedFileException(Rejection.DAMAGED, "the PDF is cut off");
      }
    }
    Variant original = new Variant(Variant.ORIGINAL, FileType.PDF.contentType(), null, null);
    return new Findings(FileType.PDF, null, null, null, List.of(new Rendering(original, file)));
  }

  private static byte[] head(Path file) throws IOException {
    try (var input = Files.newInputStream(file)) {
      return input.readNBytes(FileType.HEAD);
    }
  }
}
