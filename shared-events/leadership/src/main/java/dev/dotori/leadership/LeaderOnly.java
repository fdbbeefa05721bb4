package dev.dotori.leadership;

import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a method without a result: it is called only while this process {@linkplain Leadership leads},
 * and returns at once otherwise. A shutdown keeps the leadership until the call has returned.
 */
@InterceptorBinding
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface LeaderOnly {}
