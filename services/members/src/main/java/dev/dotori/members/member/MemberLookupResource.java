package dev.dotori.members.member;

import dev.dotori.api.Role;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** For services that meet a member before the member's event has reached them. */
@Path("/internal/members/lookup")
@RolesAllowed(Role.SERVICE_NAME)
@RunOnVirtualThread
public class MemberLookupResource {

  private static final int MAX_IDS = 1_000;

  private final Members members;

  MemberLookupResource(Members members) {
    this.members = members;
  }

  @POST
  @Operation(hidden = true)
  public LookupAnswer lookup(@NotNull @Valid LookupRequest request) {
    return new LookupAnswer(
        members.ofIds(request.ids()).stream()
            .map(member -> new KnownMember(member.id, member.displayName))
            .toList());
  }

  /** Who is asked about. */
  public record LookupRequest(@NotNull @Size(max = MAX_IDS) List<@NotNull UUID> ids) {}

  /** Those who are members; who is missing is none. */
  public record LookupAnswer(List<KnownMember> found) {}

  /** What one service tells another of a member. */
  public record KnownMember(UUID id, String displayName) {}
}
