package dev.dotori.trust;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.Key;
import java.security.KeyStoreSpi;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collections;
import java.util.Date;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The certificates of a PEM file, one after the other. It can be read, and not written. */
final class PemTrustStore extends KeyStoreSpi {

  private final Map<String, Certificate> certificates = new LinkedHashMap<>();

  /**
   * Reads all certificates.
   *
   * @param password not needed: there is no secret
   * @throws IOException if there is none, since a client would trust nobody and not say why
   */
  @Override
  public void engineLoad(InputStream pem, char[] password)
      throws IOException, CertificateException {
    certificates.clear();
    if (pem == null) {
      return;
    }
    for (Certificate certificate :
        CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
      certificates.put("certificate-" + (certificates.size() + 1), certificate);
    }
    if (certificates.isEmpty()) {
      throw new IOException("holds no certificate in PEM");
    }
  }

  @Override
  public Certificate engineGetCertificate(String alias) {
    return certificates.get(alias);
  }

  @Override
  public Enumeration<String> engineAliases() {
    return Collections.enumeration(certificates.keySet());
  }

  @Override
  public boolean engineContainsAlias(String alias) {
    return certificates.containsKey(alias);
  }

  @Override
  public int engineSize() {
    return certificates.size();
  }

  @Override
  public boolean engineIsCertificateEntry(String alias) {
    return certificates.containsKey(alias);
  }

  @Override
  public boolean engineIsKeyEntry(String alias) {
    return false;
  }

  @Override
  public String engineGetCertificateAlias(Certificate certificate) {
    return certificates.entrySet().stream()
        .filter(entry -> entry.getValue().equals(certificate))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  @Override
  public Date engineGetCreationDate(String alias) {
    return null;
  }

  @Override
  public Key engineGetKey(String alias, char[] password) {
    return null;
  }

  @Override
  public Certificate[] engineGetCertificateChain(String alias) {
    return null;
  }

  @Override
  public void engineSetKeyEntry(String alias, Key key, char[] password, Certificate[] chain) {
    throw isReadOnly();
  }

  @Override
  public void engineSetKeyEntry(String alias, byte[] key, Certificate[] chain) {
    throw isReadOnly();
  }

  @Override
  public void engineSetCertificateEntry(String alias, Certificate certificate) {
    throw isReadOnly();
  }

  @Override
  public void engineDeleteEntry(String alias) {
    throw isReadOnly();
  }

  @Override
  public void engineStore(OutputStream stream, char[] password) {
    throw isReadOnly();
  }

  private static UnsupportedOperationException isReadOnly() {
    return new UnsupportedOperationException("a PEM file is trusted as it is");
  }
}
