package dev.dotori.api.idempotency;

import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A resource method that has its effect once per caller and {@code Idempotency-Key}, however often
 * it is called.
 *
 * <p>The method runs in a transaction that also holds its answer: both are there, or neither. It
 * returns a {@link jakarta.ws.rs.core.Response} with a status below 400, takes its body as a
 * record, and does all it does in the ambient transaction. What it throws undoes everything, and
 * the key is free again.
 *
 * <p>Answers: 400 without a key of 1 to 255 characters; the first answer again, with {@code
 * Idempotent-Replayed: true}, for the same key and request; 422 for the same key and another
 * request; 409 with {@code Retry-After} while the first is still running. Kept 24 hours.
 */
@Documented
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Idempotent {}
