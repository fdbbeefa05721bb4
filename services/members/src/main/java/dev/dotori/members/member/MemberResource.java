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
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.Request;
import java.net.URI;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** Members, as clients see them. */
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
        .tag(tag(member.version))
        .build();
  }

  @GET
  @Path("me")
  @RolesAllowed(Role.MEMBER_NAME)
  @Operation(summary = "The caller")
  public RestResponse<MemberBody> me() {
    return answer(members.get(caller.id()));
  }

  @PATCH
  @Path("me")
  @RolesAllowed(Role.MEMBER_NAME)
  @Operation(
      summary = "Change the caller's name",
      description = "With If-Match, only if the member is still as read.")
  public RestResponse<MemberBody> changeMe(
      @NotNull @Valid ChangeMember request, @Context Request preconditions) {
    return answer(
        members.rename(
            caller.id(),
            request.displayName(),
            version -> preconditions.evaluatePreconditions(tag(version)) == null));
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
    return answer(members.get(id));
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

  private static RestResponse<MemberBody> answer(Member member) {
    return RestResponse.ResponseBuilder.ok(MemberBody.of(member)).tag(tag(member.version)).build();
  }

  private static EntityTag tag(int version) {
    return new EntityTag(Integer.toString(version));
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

  /** What of a member is to change; what is left out stays. */
  public record ChangeMember(
      @Size(min = 1, max = OneLine.MAX_LENGTH)
          @Pattern(regexp = OneLine.REGEX, message = OneLine.MESSAGE)
          String displayName) {

    public ChangeMember {
      displayName = OneLine.strip(displayName);
    }
  }

  /** A member as the member and the operator see it. */
  public record MemberBody(UUID id, String email, String displayName, Instant createdAt) {

    static MemberBody of(Member member) {
      return new MemberBody(member.id, member.email, member.displayName, member.createdAt);
    }
  }
}
