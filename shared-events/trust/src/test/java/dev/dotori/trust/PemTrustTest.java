package dev.dotori.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.Security;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A PEM file is a key store of certificates to trust. */
class PemTrustTest {

  @BeforeEach
  void install() {
    PemTrust.install();
  }

  @Test
  void allCertificatesOfAFileAreTrusted() throws Exception {
    KeyStore known =
        KeyStore.getInstance(
            new File(System.getProperty("java.home"), "lib/security/cacerts"), (char[]) null);
    List<String> aliases = Collections.list(known.aliases()).subList(0, 2);
    StringBuilder pem = new StringBuilder("# two of them\n");
    for (String alias : aliases) {
      pem.append("-----BEGIN CERTIFICATE-----\n")
          .append(Base64.getMimeEncoder().encodeToString(known.getCertificate(alias).getEncoded()))
          .append("\n-----END CERTIFICATE-----\n");
    }

    KeyStore store = load(pem.toString());

    assertThat(Collections.list(store.aliases()))
        .hasSize(2)
        .allSatisfy(alias -> assertThat(store.isCertificateEntry(alias)).isTrue());
    for (String alias : aliases) {
      assertThat(store.getCertificateAlias(known.getCertificate(alias))).isNotNull();
    }
  }

  @Test
  void aFileWithoutCertificatesIsRefused() {
    assertThatThrownBy(() -> load(""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no certificate");
  }

  @Test
  void installingItAgainDoesNothing() {
    int before = Security.getProviders().length;

    PemTrust.install();

    assertThat(Security.getProviders()).hasSize(before);
  }

  private static KeyStore load(String pem) throws Exception {
    KeyStore store = KeyStore.getInstance(PemTrust.TYPE);
    try (InputStream in = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))) {
      store.load(in, null);
    }
    return store;
  }
}
