package dev.dotori.sandbox;

import dev.dotori.sandbox.state.Mail;
import dev.dotori.sandbox.state.Picture;
import dev.dotori.sandbox.state.Post;
import dev.dotori.sandbox.state.SandboxState;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;

/** What a person looks at: each network's posts with their pictures, and the mails. */
@Path("/")
@RunOnVirtualThread
public class PagesResource {

  private final SandboxState state;

  public PagesResource(SandboxState state) {
    this.state = state;
  }

  /** A post as its page shows it. */
  public record ShownPost(
      String id, String author, String text, List<String> pictureIds, Instant at) {}

  @CheckedTemplate(basePath = "")
  static final class Templates {
    private Templates() {}

    static native TemplateInstance index();

    static native TemplateInstance posts(String network, List<ShownPost> posts);

    static native TemplateInstance mails(List<Mail> mails);
  }

  @GET
  @Produces(MediaType.TEXT_HTML)
  public TemplateInstance index() {
    return Templates.index();
  }

  @GET
  @Path("/facebook")
  @Produces(MediaType.TEXT_HTML)
  public TemplateInstance facebook() {
    return posts(Network.FACEBOOK);
  }

  @GET
  @Path("/x")
  @Produces(MediaType.TEXT_HTML)
  public TemplateInstance x() {
    return posts(Network.X);
  }

  private TemplateInstance posts(Network network) {
    return Templates.posts(
        network.key(), state.posts(network).stream().limit(100).map(this::shown).toList());
  }

  /** Where a post's link leads on Facebook. */
  @GET
  @Path("/{postId: \\d+_\\d+}")
  @Produces(MediaType.TEXT_HTML)
  public TemplateInstance facebookPost(String postId) {
    return post(Network.FACEBOOK, postId);
  }

  /** Where a post's link leads on X. */
  @GET
  @Path("/{username: \\w+}/status/{postId: \\d+}")
  @Produces(MediaType.TEXT_HTML)
  public TemplateInstance xPost(String username, String postId) {
    return post(Network.X, postId);
  }

  private TemplateInstance post(Network network, String id) {
    Post post = state.post(network, id).orElseThrow(NotFoundException::new);
    return Templates.posts(network.key(), List.of(shown(post)));
  }

  private ShownPost shown(Post post) {
    String author =
        state.publisher(post.publisherId()).map(account -> account.name()).orElse("somebody");
    return new ShownPost(post.id(), author, post.text(), post.pictureIds(), post.createdAt());
  }

  @GET
  @Path("/pictures/{id: \\d+}")
  public Response picture(String id) {
    Picture picture =
        state.picture(id).filter(Picture::complete).orElseThrow(NotFoundException::new);
    return Response.ok(state.file(id).toFile())
        .type(picture.contentType())
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", "sandbox")
        .build();
  }

  /** A mail to keep. */
  public record IncomingMail(
      @NotBlank @Size(max = 320) String to,
      @NotNull @Size(max = 998) String subject,
      @NotNull @Size(max = 100_000) String text) {}

  /** Takes a mail instead of sending it. */
  @POST
  @Path("/mail")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response mail(@Valid @NotNull IncomingMail mail) {
    state.add(new Mail(mail.to(), mail.subject(), mail.text(), Instant.now()));
    return Response.accepted().build();
  }

  @GET
  @Path("/mail")
  @Produces(MediaType.TEXT_HTML)
  public TemplateInstance mails() {
    return Templates.mails(state.mails());
  }

  @GET
  @Path("/mail")
  @Produces(MediaType.APPLICATION_JSON)
  public List<Mail> mailsAsJson() {
    return state.mails();
  }
}
