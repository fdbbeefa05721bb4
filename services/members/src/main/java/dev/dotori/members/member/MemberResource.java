package dev.dotori.members.member;

import dev.dotori.api.Caller;
import dev.dotori.api.Role;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.api.problem.ViolationException;
import dev.dotori.members.password.Passwords;
import dev.dotori.members.text.OneLine;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.net.URI;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** Members, as other callers make and see them. */
@Path("/v1/members")
@Tag(name = "Identity")
@RunOnVirtualThread
public class MemberResource {

  private final Members members;
  private final Passwords passwords;
  private final Caller caller;

  MemberResource(Members members, Passwords passwords, Caller caller) {
    this.members = members;
    this.passwords = passwords;
    this.caller = caller;
  }

  @POST
  @PermitAll
  @Operation(
      summary = "Register, or enrol a customer",
      description =
          "With a password anyone registers. Without one a store or the operator enrols a customer"
              + " at the till, who can set a password later.")
  public RestResponse<MemberBody> register(@NotNull @Valid RegisterMember request) {
    Member member = members.register(request.email(), request.displayName(), hash(request));
    return RestResponse.ResponseBuilder.create(RestResponse.Status.CREATED, MemberBody.of(member))
        .location(URI.create("/v1/members/" + member.id))
        .tag(MemberBody.tag(member.version))
        .build();
  }

  @GET
  @Path("{id}")
  @Authenticated
  @Operation(summary = "One member", description = "For the member and the operator only.")
  public RestResponse<MemberBody> get(@PathParam("id") UUID id) {
    if (!caller.isSelf(id) && !caller.is(Role.OPERATOR)) {
      // As for an id that is nobody's, so that an answer does not tell who is a member.
      throw new ProblemException(ProblemTypes.NOT_FOUND, "There is no such member.");
    }
    return MemberBody.answer(members.get(id));
  }

  private String hash(RegisterMember request) {
    if (request.password() != null) {
      return passwords.hash(request.password());
    }
    if (caller.is(Role.STORE) || caller.is(Role.OPERATOR)) {
      return null;
    }
    throw new ViolationException(
        "password", "is required; only a store or the operator enrols a customer without one");
  }

  /** Asks to be a member, or for a customer to be one. */
  public record RegisterMember(
      @NotNull
          @Size(max = EmailAddress.MAX_LENGTH)
          @Pattern(regexp = EmailAddress.REGEX, message = EmailAddress.MESSAGE)
          String email,
      // Its real limits are the password rules'; this one only bounds the work of checking them.
      @Size(max = 1_000) String password,
      @NotBlank
          @Size(max = OneLine.MAX_LENGTH)
          @Pattern(regexp = OneLine.REGEX, message = OneLine.MESSAGE)
          String displayName) {

    public RegisterMember {
      email = EmailAddress.normalise(email);
      displayName = OneLine.strip(displayName);
    }

    @Override
    public String toString() {
      return "RegisterMember[…]";
    }
  }
}
