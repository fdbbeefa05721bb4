package dev.dotori.members.token;

import io.smallrye.jwt.auth.principal.DefaultJWTCallerPrincipal;
import io.smallrye.jwt.auth.principal.DefaultJWTTokenParser;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipal;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipalFactory;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.interceptor.Interceptor;
import java.time.Instant;
import org.jose4j.jwt.consumer.JwtContext;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.UnresolvableKeyException;

/**
 * Verifies tokens with the keys this process holds.
 *
 * <p>The other services fetch the key set over HTTP; doing so from itself, on the very thread that
 * would have to answer, could wait for ever. Everything else is checked as they check it.
 */
@ApplicationScoped
@Alternative
@Priority(Interceptor.Priority.APPLICATION)
public class OwnKeysVerification extends JWTCallerPrincipalFactory {

  private final Parser parser;

  OwnKeysVerification(SigningKeys keys) {
    this.parser = new Parser(keys);
  }

  @Override
  public JWTCallerPrincipal parse(String token, JWTAuthContextInfo rules) throws ParseException {
    JwtContext context = parser.parse(token, rules);
    String type = context.getJoseObjects().getFirst().getHeader("typ");
    return new DefaultJWTCallerPrincipal(type, context.getJwtClaims());
  }

  private static final class Parser extends DefaultJWTTokenParser {

    private final SigningKeys keys;

    Parser(SigningKeys keys) {
      this.keys = keys;
    }

    @Override
    protected VerificationKeyResolver getVerificationKeyResolver(JWTAuthContextInfo rules) {
      return (signature, nesting) ->
          keys.verifying(signature.getKeyIdHeaderValue(), Instant.now())
              .orElseThrow(() -> new UnresolvableKeyException("the token's key is not known"));
    }
  }
}
