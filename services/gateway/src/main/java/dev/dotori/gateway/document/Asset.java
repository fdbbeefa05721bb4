package dev.dotori.gateway.document;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A file that is served as it is, from memory. */
record Asset(Buffer content, String type, String tag) {

  static Asset of(byte[] content, String type) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      String tag = '"' + HexFormat.of().formatHex(digest, 0, 12) + '"';
      return new Asset(Buffer.buffer(content), type, tag);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] read(String resource) {
    try (InputStream file = Asset.class.getResourceAsStream(resource)) {
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void answer(RoutingContext call) {
    call.response()
        .putHeader(HttpHeaders.CONTENT_TYPE, type)
        .putHeader(HttpHeaders.ETAG, tag)
        // Another release has other files under the same names.
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
    if (tag.equals(call.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
      call.response().setStatusCode(304).end();
    } else if (call.request().method().equals(HttpMethod.HEAD)) {
      call.response()
          .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(content.length()))
          .end();
    } else {
      call.response().end(content);
    }
  }
}
