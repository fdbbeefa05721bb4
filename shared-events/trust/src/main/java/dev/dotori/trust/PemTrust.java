package dev.dotori.trust;

import java.io.Serial;
import java.security.Provider;
import java.security.Security;

/**
 * Makes {@code PEM} a type of key store: {@code KeyStore.getInstance("PEM")}. It holds certificates
 * to trust and no keys.
 */
public final class PemTrust extends Provider {

  /** The type's name. */
  public static final String TYPE = "PEM";

  @Serial private static final long serialVersionUID = 1L;

  private PemTrust() {
    super("DotoriPem", "1.0", "Key stores of type PEM: certificates to trust");
    putService(new PemService(this));
  }

  /** Does so for the whole process; again does nothing. */
  public static void install() {
    Security.addProvider(new PemTrust());
  }

  private static final class PemService extends Service {

    PemService(Provider provider) {
      super(provider, "KeyStore", TYPE, PemTrustStore.class.getName(), null, null);
    }

    // Not by reflection, of which a native image knows nothing here.
    @Override
    public Object newInstance(Object parameter) {
      return new PemTrustStore();
    }
  }
}
