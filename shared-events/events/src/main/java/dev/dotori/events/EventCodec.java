package dev.dotori.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.annotation.Nullable;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.UUID;

/**
 * Events to and from what travels: CloudEvents attributes as text, and the event itself as JSON.
 *
 * <p>Every component of an event record is required unless it is {@link Nullable}; an optional one
 * without a value is left out. A field this release does not know is ignored, since a type may grow
 * while older readers still run; a required one that is missing or null is refused on both sides.
 * Instants are RFC 3339 in UTC, ids are UUIDs as text. Thread-safe.
 */
@RegisterForReflection(
    targets = {
      MemberRegistered.class,
      MemberClosed.class,
      StoreRegistered.class,
      ProgramChanged.class,
      ProgramTerms.class,
      PurchaseRecorded.class,
      MoneyAmount.class,
      Portion.class,
      PointsDistributed.class,
      PointsDistributed.Reason.class,
      PointsRefunded.class,
      TakenBack.class,
      PointsTransferred.class,
      PointsRedeemed.class,
      PointsExpired.class,
      PostPublished.class,
      PostPublished.Visibility.class,
      PostEdited.class,
      PostDeleted.class,
      SharePublished.class,
      ShareFailed.class,
      ConnectionBroken.class,
      MediaUploaded.class,
      MediaReady.class,
      MediaRejected.class
    })
public final class EventCodec {

  /** The CloudEvents version of every event. */
  public static final String SPEC_VERSION = "1.0";

  /** The content type of every event's data. */
  public static final String CONTENT_TYPE = "application/json";

  /** The CloudEvents extension attribute with the W3C trace context. */
  public static final String TRACE_PARENT = "traceparent";

  /** The CloudEvents extension attribute with the causing request's {@code Idempotency-Key}. */
  public static final String IDEMPOTENCY_KEY = "idempotencykey";

  private final ObjectMapper mapper = newMapper();

  /**
   * The JSON of an event's data.
   *
   * @throws EventFormatException when a required field is null
   */
  public byte[] encode(DomainEvent data) {
    try {
      return mapper.writeValueAsBytes(data);
    } catch (JacksonException e) {
      throw new EventFormatException(
          data.getClass().getSimpleName() + " cannot be sent: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * The event that these attributes and this JSON carry.
   *
   * @param id the attribute {@code id}, a UUID
   * @param type the attribute {@code type}
   * @param time the attribute {@code time}, RFC 3339
   * @param traceParent the extension {@link #TRACE_PARENT}, or null
   * @param idempotencyKey the extension {@link #IDEMPOTENCY_KEY}, or null
   * @param expected the record the reader wants
   * @throws EventFormatException when an attribute is missing or malformed, the type is another
   *     one, or the data lacks a required field or does not fit it
   */
  public <T extends DomainEvent> Event<T> decode(
      String id,
      String type,
      String time,
      @Nullable String traceParent,
      @Nullable String idempotencyKey,
      byte[] data,
      Class<T> expected) {
    if (!EventTypes.nameOf(expected).equals(type)) {
      throw new EventFormatException(
          "expected " + EventTypes.nameOf(expected) + ", but the event's type is " + type);
    }
    return new Event<>(
        uuid(id), instant(time), traceParent, idempotencyKey, decode(data, expected));
  }

  /**
   * The event's data from its JSON.
   *
   * @throws EventFormatException when the JSON lacks a required field or does not fit the record
   */
  public <T extends DomainEvent> T decode(byte[] json, Class<T> type) {
    T data;
    try {
      data = mapper.readValue(json, type);
    } catch (JacksonException e) {
      throw new EventFormatException(
          type.getSimpleName() + " cannot be read: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new EventFormatException(type.getSimpleName() + " cannot be read", e);
    }
    if (data == null) {
      throw new EventFormatException(type.getSimpleName() + " cannot be read: it is null");
    }
    return data;
  }

  private static UUID uuid(String id) {
    try {
      return UUID.fromString(required("id", id));
    } catch (IllegalArgumentException e) {
      throw new EventFormatException("the event's id is no UUID: " + id, e);
    }
  }

  private static Instant instant(String time) {
    try {
      return OffsetDateTime.parse(required("time", time)).toInstant();
    } catch (DateTimeParseException e) {
      throw new EventFormatException("the event's time is not RFC 3339: " + time, e);
    }
  }

  private static String required(String attribute, String value) {
    if (value == null) {
      throw new EventFormatException("the event has no attribute " + attribute);
    }
    return value;
  }

  private static ObjectMapper newMapper() {
    return JsonMapper.builder()
        .addModule(new JavaTimeModule())
        .addModule(new SimpleModule("required").setSerializerModifier(new RefuseNullRequired()))
        .annotationIntrospector(new RequiredUnlessNullable())
        .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
        .defaultPropertyInclusion(
            JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
  }

  private static boolean isNullable(AnnotatedMember member) {
    return member.hasAnnotation(Nullable.class);
  }

  /** What makes a record's component required for Jackson: that it is not {@link Nullable}. */
  private static final class RequiredUnlessNullable extends JacksonAnnotationIntrospector {

    @Override
    public Boolean hasRequiredMarker(AnnotatedMember member) {
      return !isNullable(member);
    }

    @Override
    public JsonSetter.Value findSetterInfo(Annotated a) {
      boolean nullable = a instanceof AnnotatedMember member && isNullable(member);
      return JsonSetter.Value.construct(nullable ? Nulls.SET : Nulls.FAIL, Nulls.FAIL);
    }
  }

  /** Refuses to write a required component without a value. */
  private static final class RefuseNullRequired extends BeanSerializerModifier {

    @Override
    public List<BeanPropertyWriter> changeProperties(
        SerializationConfig config, BeanDescription bean, List<BeanPropertyWriter> properties) {
      for (BeanPropertyWriter property : properties) {
        if (!isNullable(property.getMember())) {
          property.assignNullSerializer(new Refusal(property.getName()));
        }
      }
      return properties;
    }
  }

  private static final class Refusal extends JsonSerializer<Object> {

    private final String field;

    Refusal(String field) {
      this.field = field;
    }

    @Override
    public void serialize(Object value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      throw JsonMappingException.from(json, "the required field " + field + " is null");
    }
  }
}
