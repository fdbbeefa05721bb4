package dev.dotori.points.member;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.quarkus.oidc.client.filter.OidcClientFilter;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** What points may ask the members service, for what its events have not told yet. */
@Path("/internal")
@RegisterRestClient(configKey = "members")
@OidcClientFilter
public interface MembersService {

  /** Which of the ids are members, and have not left. */
  @POST
  @Path("/members/lookup")
  FoundMembers lookup(MemberIds ids);

  /** A store with all versions of its program; 404 when there is none of this id. */
  @GET
  @Path("/stores/{id}")
  KnownStore store(@PathParam("id") UUID id);

  record MemberIds(List<UUID> ids) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record FoundMembers(List<FoundMember> found) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record FoundMember(UUID id) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record KnownStore(UUID id, String currency, List<KnownProgram> programs) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record KnownProgram(int version, Instant effectiveAt, KnownTerms program) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record KnownTerms(
      String earnRate,
      long minPurchase,
      Integer expiryDays,
      long shareBonus,
      long shareBonusDailyCap,
      int maxParticipants) {}
}
