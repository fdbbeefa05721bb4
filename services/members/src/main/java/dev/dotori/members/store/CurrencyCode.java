package dev.dotori.members.store;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Currency;

/** An ISO 4217 code of money that has minor units to count: not gold, not "no currency". */
@Documented
@Constraint(validatedBy = CurrencyCode.Validator.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.RECORD_COMPONENT})
public @interface CurrencyCode {

  /** What is said of a text that is none. */
  String message() default "must be an ISO 4217 currency code, for example USD";

  /** As Jakarta Validation requires; not used. */
  Class<?>[] groups() default {};

  /** As Jakarta Validation requires; not used. */
  Class<? extends Payload>[] payload() default {};

  /** Asks the JDK, which follows ISO 4217's amendments. */
  class Validator implements ConstraintValidator<CurrencyCode, String> {

    @Override
    public boolean isValid(String code, ConstraintValidatorContext context) {
      if (code == null) {
        return true;
      }
      try {
        return Currency.getInstance(code).getDefaultFractionDigits() >= 0;
      } catch (IllegalArgumentException unknown) {
        return false;
      }
    }
  }
}
