package dev.dotori.local.test;

import dev.dotori.local.servers.Directories;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A private authority that nobody knows, to see who trusts its certificates. */
public final class TestAuthority implements AutoCloseable {

  static final char[] PASSWORD = "not-secret".toCharArray();

  private final Path directory;

  private TestAuthority(Path directory) {
    this.directory = directory;
  }

  /** A new one. */
  public static TestAuthority create() {
    try {
      TestAuthority authority = new TestAuthority(Files.createTempDirectory("dotori-authority-"));
      authority.keytool("ca", "-ext", "bc:c");
      writePem(
          authority.certificate(),
          "CERTIFICATE",
          authority.keys().getCertificate("ca").getEncoded());
      return authority;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its own certificate, for those who trust it, in PEM. */
  public Path certificate() {
    return directory.resolve("ca.crt");
  }

  /** A server's certificate and key, in PEM, and both in {@link #keys}. */
  public record Issued(Path certificate, Path key, String alias) {}

  /** Certifies a server by the one name under which clients reach it. */
  public Issued issue(String hostName) {
    try {
      keytool(hostName, "-signer", "ca", "-ext", "SAN=dns:" + hostName);
      Issued issued =
          new Issued(
              directory.resolve(hostName + ".crt"), directory.resolve(hostName + ".key"), hostName);
      KeyStore keys = keys();
      writePem(issued.certificate(), "CERTIFICATE", keys.getCertificate(hostName).getEncoded());
      writePem(issued.key(), "PRIVATE KEY", keys.getKey(hostName, PASSWORD).getEncoded());
      return issued;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All that was issued, by host name. */
  KeyStore keys() throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(store())) {
      keys.load(file, PASSWORD);
    }
    return keys;
  }

  private Path store() {
    return directory.resolve("keys.p12");
  }

  private void keytool(String alias, String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-alias",
                alias,
                "-dname",
                // No two authorities are called alike.
                "CN=" + alias + (alias.equals("ca") ? " " + directory.getFileName() : ""),
                "-storetype",
                "PKCS12",
                "-keystore",
                store().toString(),
                "-storepass",
                new String(PASSWORD)));
    command.addAll(List.of(more));
    Process keytool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    try {
      if (!keytool.waitFor(1, TimeUnit.MINUTES) || keytool.exitValue() != 0) {
        throw new IOException(Files.readString(directory.resolve("keytool.log")));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static void writePem(Path file, String kind, byte[] content) throws IOException {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    Directories.writePrivate(
        file, "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n".formatted(kind, base64));
  }

  @Override
  public void close() {
    Directories.delete(directory);
  }
}
