package dev.dotori.bench;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One connection that speaks RESP 2, with pipelining: no more of a client than is measured. */
public final class RedisConnection implements AutoCloseable {

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  /** Connects and authenticates by {@code redis://user:password@host:port}. */
  public RedisConnection(String url) throws IOException {
    URI uri = URI.create(url);
    socket = new Socket(uri.getHost(), uri.getPort());
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
    if (uri.getUserInfo() != null) {
      String[] user = uri.getUserInfo().split(":", 2);
      call(user[0].isEmpty() ? List.of("AUTH", user[1]) : List.of("AUTH", user[0], user[1]));
    }
  }

  /** Sends a command and waits for its answer: a String, a Long, a List of these, or null. */
  public Object call(List<String> command) throws IOException {
    send(command);
    out.flush();
    return answer();
  }

  /** Sends a command; its answer is to be read later. */
  public void send(List<String> command) throws IOException {
    write('*', command.size());
    for (String part : command) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      write('$', bytes.length);
      out.write(bytes);
      out.write('\r');
      out.write('\n');
    }
  }

  public void flush() throws IOException {
    out.flush();
  }

  /** The next answer. */
  public Object answer() throws IOException {
    int type = in.read();
    String line = line();
    return switch (type) {
      case '+' -> line;
      case ':' -> Long.valueOf(line);
      case '$' -> bulk(Integer.parseInt(line));
      case '*' -> array(Integer.parseInt(line));
      case '-' -> throw new IOException("Redis: " + line);
      default -> throw new EOFException("Redis closed the connection");
    };
  }

  private void write(char type, int number) throws IOException {
    out.write((type + Integer.toString(number) + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  private String bulk(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    String text = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    in.skipNBytes(2);
    return text;
  }

  private List<Object> array(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    List<Object> items = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      items.add(answer());
    }
    return items;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\r'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("Redis closed the connection");
      }
      line.append((char) c);
    }
    in.skipNBytes(1);
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
