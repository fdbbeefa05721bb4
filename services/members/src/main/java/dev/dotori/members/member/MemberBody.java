package dev.dotori.members.member;

import jakarta.ws.rs.core.EntityTag;
import java.time.Instant;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestResponse;

/** A member as the member and the operator see it. */
public record MemberBody(UUID id, String email, String displayName, Instant createdAt) {

  /** The member as JSON has it. */
  public static MemberBody of(Member member) {
    return new MemberBody(member.id, member.email, member.displayName, member.createdAt);
  }

  /** The answer that shows the member, with its version as {@code ETag}. */
  public static RestResponse<MemberBody> answer(Member member) {
    return RestResponse.ResponseBuilder.ok(of(member)).tag(tag(member.version)).build();
  }

  /** The {@code ETag} of a version. */
  public static EntityTag tag(int version) {
    return new EntityTag(Integer.toString(version));
  }
}
