package dev.dotori.outbox;

import com.mysql.cj.protocol.StandardSocketFactory;
import dev.dotori.trust.PemTrust;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * Connector/J's own sockets, after which {@code trustCertificateKeyStoreType=PEM} is known.
 *
 * <p>It is what a JDBC URL can name that runs before the first handshake; a migration at start is
 * earlier than anything that an application observes.
 */
@RegisterForReflection // Connector/J makes it by its name.
public final class PemSocketFactory extends StandardSocketFactory {

  /** Called for each connection. */
  public PemSocketFactory() {
    PemTrust.install();
  }
}
