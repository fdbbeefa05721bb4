package dev.dotori.local.servers;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A plain connection to a Redis, for tests that look at what is in it or set it up. */
public final class RespConnection implements AutoCloseable {

  private final Socket socket;
  private final InputStream in;

  private RespConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /**
   * Connects and authenticates.
   *
   * @param url {@code redis://user:password@host:port}; user and password may be missing
   */
  public static RespConnection to(String url) {
    URI uri = URI.create(url);
    try {
      RespConnection connection = new RespConnection(new Socket(uri.getHost(), uri.getPort()));
      if (uri.getUserInfo() != null) {
        String[] login = uri.getUserInfo().split(":", 2);
        connection.call("AUTH", login[0].isEmpty() ? "default" : login[0], login[1]);
      }
      return connection;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Sends a command; answers lists for arrays, texts, longs, null for nil.
   *
   * @throws IllegalStateException if Redis answers an error, with its text
   */
  public Object call(Object... command) {
    try {
      socket.getOutputStream().write(encode(command));
      return read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] encode(Object... command) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(("*" + command.length + "\r\n").getBytes(StandardCharsets.UTF_8));
    for (Object part : command) {
      byte[] bytes = String.valueOf(part).getBytes(StandardCharsets.UTF_8);
      out.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.UTF_8));
      out.writeBytes(bytes);
      out.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }

  private Object read() throws IOException {
    String line = line();
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+' -> rest;
      case '-' -> throw new IllegalStateException(rest);
      case ':' -> Long.parseLong(rest);
      case '$' -> bulk(Integer.parseInt(rest));
      case '*' -> array(Integer.parseInt(rest));
      default -> throw new IllegalStateException("not an answer of Redis: " + line);
    };
  }

  private Object bulk(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    String value = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    in.readNBytes(2);
    return value;
  }

  private Object array(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    List<Object> values = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      values.add(read());
    }
    return values;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b; (b = in.read()) != '\r'; ) {
      if (b < 0) {
        throw new IOException("Redis closed the connection");
      }
      line.write(b);
    }
    in.read();
    return line.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
