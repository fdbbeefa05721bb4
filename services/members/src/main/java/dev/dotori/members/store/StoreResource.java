package dev.dotori.members.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.dotori.api.Caller;
import dev.dotori.api.Role;
import dev.dotori.api.page.Page;
import dev.dotori.api.page.PageRequest;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.members.text.OneLine;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import java.net.URI;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** Stores and their programs, as clients see them. */
@Path("/v1/stores")
@Tag(name = "Identity")
@RunOnVirtualThread
public class StoreResource {

  private final Stores stores;
  private final Caller caller;

  StoreResource(Stores stores, Caller caller) {
    this.stores = stores;
    this.caller = caller;
  }

  @POST
  @RolesAllowed(Role.OPERATOR_NAME)
  @Operation(summary = "Open a store", description = "The client secret is shown this once.")
  public RestResponse<OpenedBody> open(@NotNull @Valid OpenStore request) {
    Stores.OpenedStore opened = stores.open(request.name(), request.currency(), request.program());
    return RestResponse.ResponseBuilder.create(RestResponse.Status.CREATED, OpenedBody.of(opened))
        .location(URI.create("/v1/stores/" + opened.store().id))
        .tag(tag(opened.program()))
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }

  @GET
  @Authenticated
  @Operation(summary = "All stores, newest first")
  public Page<StoreBody> list(@BeanParam PageRequest page) {
    return stores.page(page).map(StoreBody::of);
  }

  @GET
  @Path("{id}")
  @Authenticated
  @Operation(summary = "One store, with the program in force")
  public RestResponse<StoreBody> get(@PathParam("id") UUID id) {
    Stores.StoreInForce store = stores.get(id);
    return RestResponse.ResponseBuilder.ok(StoreBody.of(store)).tag(tag(store.program())).build();
  }

  @PUT
  @Path("{id}/program")
  @RolesAllowed({Role.OPERATOR_NAME, Role.STORE_NAME})
  @Operation(
      summary = "Give a store other terms",
      description =
          "The next version of its program. Purchases keep the version they were made under. What"
              + " is left out has its default. With If-Match, only if the version is still that.")
  public RestResponse<ProgramBody> changeProgram(
      @PathParam("id") UUID id, @NotNull @Valid Program program, @Context Request request) {
    if (!caller.is(Role.OPERATOR) && !caller.id().equals(id)) {
      throw new ProblemException(
          ProblemTypes.FORBIDDEN, "A store may change its own program only.");
    }
    ProgramVersion version =
        stores.changeProgram(
            id, program, current -> request.evaluatePreconditions(tag(current)) == null);
    return RestResponse.ResponseBuilder.ok(ProgramBody.of(version)).tag(tag(version)).build();
  }

  private static EntityTag tag(ProgramVersion version) {
    return tag(version.version);
  }

  private static EntityTag tag(int version) {
    return new EntityTag(Integer.toString(version));
  }

  /** Asks for a store. */
  public record OpenStore(
      @NotBlank
          @Size(max = OneLine.MAX_LENGTH)
          @Pattern(regexp = OneLine.REGEX, message = OneLine.MESSAGE)
          String name,
      @NotNull @CurrencyCode String currency,
      @Valid Program program) {

    public OpenStore {
      name = OneLine.strip(name);
      program = program == null ? Program.standard() : program;
    }
  }

  /** A store as anyone signed in sees it. */
  public record StoreBody(
      UUID id,
      String name,
      String currency,
      Program program,
      int programVersion,
      Instant createdAt) {

    static StoreBody of(Stores.StoreInForce found) {
      Store store = found.store();
      return new StoreBody(
          store.id,
          store.name,
          store.currency,
          found.program().program(),
          store.programVersion,
          store.createdAt);
    }
  }

  /** A store as the operator who opened it sees it, once. */
  public record OpenedBody(
      UUID id,
      String name,
      String currency,
      Program program,
      int programVersion,
      Instant createdAt,
      String clientId,
      String clientSecret) {

    static OpenedBody of(Stores.OpenedStore opened) {
      Store store = opened.store();
      return new OpenedBody(
          store.id,
          store.name,
          store.currency,
          opened.program().program(),
          store.programVersion,
          store.createdAt,
          opened.clientId(),
          opened.clientSecret().value());
    }

    @Override
    public String toString() {
      return "OpenedBody[id=" + id + ", clientId=" + clientId + "]";
    }
  }

  /** A version of a program. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record ProgramBody(int version, Instant effectiveAt, Program program) {

    static ProgramBody of(ProgramVersion version) {
      return new ProgramBody(version.version, version.effectiveAt, version.program());
    }
  }
}
