package dev.dotori.api.idempotency;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dotori.api.Caller;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.api.problem.ViolationException;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Does what {@link Idempotent} promises. */
@Idempotent
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 150) // outside of @Transactional, which joins
class IdempotencyInterceptor {

  private static final String KEY_HEADER = "Idempotency-Key";
  private static final String REPLAYED_HEADER = "Idempotent-Replayed";

  // A header's text: printable ASCII.
  private static final Pattern KEY = Pattern.compile("[\\x20-\\x7e]{1,255}");

  private final IdempotencyStore store;
  private final Caller caller;
  private final CurrentVertxRequest current;
  private final ObjectMapper mapper;

  @Inject
  IdempotencyInterceptor(
      IdempotencyStore store, Caller caller, CurrentVertxRequest current, ObjectMapper mapper) {
    this.store = store;
    this.caller = caller;
    this.current = current;
    this.mapper = mapper;
  }

  @AroundInvoke
  Object once(InvocationContext invocation) {
    HttpServerRequest request = current.getCurrent().request();
    String key = key(request);
    String owner = caller.role().claim() + ":" + caller.name();
    byte[] hash = hash(request, invocation.getParameters());
    return QuarkusTransaction.joiningExisting().call(() -> answer(invocation, owner, key, hash));
  }

  private Response answer(InvocationContext invocation, String owner, String key, byte[] hash)
      throws Exception {
    Optional<StoredAnswer> before = store.claim(owner, key, hash);
    if (before.isPresent()) {
      return replay(before.get(), hash);
    }
    Response response = (Response) invocation.proceed();
    if (response.getStatus() >= 400) {
      throw new IllegalStateException(
          invocation.getMethod() + " answers a refusal; throw it, so that nothing is kept");
    }
    StoredAnswer answer =
        new StoredAnswer(
            hash,
            response.getStatus(),
            response.getHeaderString("Location"),
            response.hasEntity() ? mapper.writeValueAsString(response.getEntity()) : null);
    store.store(owner, key, answer);
    return response(answer).build();
  }

  private static Response replay(StoredAnswer answer, byte[] hash) {
    if (!Arrays.equals(answer.requestHash(), hash)) {
      throw new ProblemException(
          ProblemTypes.IDEMPOTENCY_KEY_REUSED,
          "This Idempotency-Key belongs to another request of the last 24 hours; "
              + "use a new key for a new request.");
    }
    return response(answer).header(REPLAYED_HEADER, "true").build();
  }

  private static Response.ResponseBuilder response(StoredAnswer answer) {
    Response.ResponseBuilder response = Response.status(answer.status());
    if (answer.location() != null) {
      response.header("Location", answer.location());
    }
    if (answer.body() != null) {
      response.type(MediaType.APPLICATION_JSON_TYPE).entity(answer.body());
    }
    return response;
  }

  private static String key(HttpServerRequest request) {
    String key = request.getHeader(KEY_HEADER);
    if (key == null || !KEY.matcher(key).matches()) {
      throw new ViolationException(
          KEY_HEADER,
          "is needed as a header of 1 to 255 printable ASCII characters, new for each request"
              + " and the same when it is sent again");
    }
    return key;
  }

  // By meaning and not by bytes: white space and the order of fields don't make another request.
  private byte[] hash(HttpServerRequest request, Object[] parameters) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(
          (request.method() + " " + request.path() + "\n").getBytes(StandardCharsets.UTF_8));
      for (Object parameter : parameters) {
        if (parameter instanceof Record body) {
          digest.update(mapper.writeValueAsBytes(body));
        }
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException | JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
