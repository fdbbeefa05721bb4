package dev.dotori.members.account;

import dev.dotori.api.Caller;
import dev.dotori.api.Role;
import dev.dotori.members.member.MemberBody;
import dev.dotori.members.member.Members;
import dev.dotori.members.text.OneLine;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Request;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** What members do with their own membership. */
@Path("/v1/members/me")
@Tag(name = "Identity")
@RolesAllowed(Role.MEMBER_NAME)
@RunOnVirtualThread
public class MeResource {

  private final Members members;
  private final Leaving leaving;
  private final Caller caller;

  MeResource(Members members, Leaving leaving, Caller caller) {
    this.members = members;
    this.leaving = leaving;
    this.caller = caller;
  }

  @GET
  @Operation(summary = "The caller")
  public RestResponse<MemberBody> get() {
    return MemberBody.answer(members.get(caller.id()));
  }

  @PATCH
  @Operation(
      summary = "Change the caller's name",
      description = "With If-Match, only if the member is still as read.")
  public RestResponse<MemberBody> change(
      @NotNull @Valid ChangeMember request, @Context Request preconditions) {
    return MemberBody.answer(
        members.rename(
            caller.id(),
            request.displayName(),
            version -> preconditions.evaluatePreconditions(MemberBody.tag(version)) == null));
  }

  @DELETE
  @Operation(
      summary = "Leave",
      description =
          "Personal data leaves every service, and all sessions end; an access token that is out"
              + " finds nobody until it expires. Ledger rows stay, without the person.")
  @APIResponse(responseCode = "202", description = "The other services are told")
  public RestResponse<Void> leave() {
    leaving.leave(caller.id());
    return RestResponse.accepted();
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
}
