package dev.dotori.members.claim;

import dev.dotori.members.member.EmailAddress;
import dev.dotori.members.password.Passwords;
import dev.dotori.members.secret.Secret;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** Setting a password by showing that one reads the e-mail's mails. */
@Path("/v1/members/claims")
@Tag(name = "Identity")
@PermitAll
@RunOnVirtualThread
public class ClaimResource {

  private final ClaimRequests requests;
  private final Claims claims;
  private final Passwords passwords;

  ClaimResource(ClaimRequests requests, Claims claims, Passwords passwords) {
    this.requests = requests;
    this.claims = claims;
    this.passwords = passwords;
  }

  @POST
  @Operation(
      summary = "Ask for a mail by which to set a password",
      description = "Answered the same whether the e-mail is a member's or not.")
  @APIResponse(responseCode = "202", description = "If it is a member's, a mail is on its way")
  public RestResponse<Void> request(@NotNull @Valid ClaimRequest request) {
    requests.add(request.email(), Instant.now());
    return RestResponse.accepted();
  }

  @PUT
  @Path("{token}")
  @Operation(
      summary = "Set the password",
      description = "With the token from the mail, once. Every session of the member ends.")
  @APIResponse(responseCode = "204", description = "The password is set")
  public void setPassword(@PathParam("token") String token, @NotNull @Valid NewPassword request) {
    Secret secret = new Secret(token);
    // Before hashing, so that tokens that are none cost nothing.
    claims.check(secret);
    claims.setPassword(secret, passwords.hash(request.password()));
  }

  /** Whose password is to be set. */
  public record ClaimRequest(
      @NotNull
          @Size(max = EmailAddress.MAX_LENGTH)
          @Pattern(regexp = EmailAddress.REGEX, message = EmailAddress.MESSAGE)
          String email) {

    public ClaimRequest {
      email = EmailAddress.normalise(email);
    }

    @Override
    public String toString() {
      return "ClaimRequest[…]";
    }
  }

  /** The password that is to be. */
  public record NewPassword(@NotNull @Size(max = 1_000) String password) {

    @Override
    public String toString() {
      return "NewPassword[…]";
    }
  }
}
