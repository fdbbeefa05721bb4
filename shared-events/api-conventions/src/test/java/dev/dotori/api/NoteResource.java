package dev.dotori.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.dotori.api.idempotency.Idempotent;
import dev.dotori.api.page.Cursor;
import dev.dotori.api.page.Page;
import dev.dotori.api.page.PageRequest;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/** A resource such as a service's, to see the conventions through HTTP. */
@Path("/v1/notes")
@RunOnVirtualThread
public class NoteResource {

  /** Holds a request in its transaction until the test lets it go on. */
  static volatile CountDownLatch gate = new CountDownLatch(0);

  /** Opened when a request is in its transaction. */
  static volatile CountDownLatch entered = new CountDownLatch(0);

  enum Colour {
    @JsonProperty("red")
    RED,
    @JsonProperty("blue")
    BLUE
  }

  record Part(@NotNull UUID id, Integer weight) {}

  record NewNote(
      @NotNull @Size(min = 1, max = 100) String text,
      Instant at,
      Colour colour,
      @Valid Money price,
      @Valid List<Part> parts) {}

  record Note(UUID id, String text) {}

  @Inject DataSource database;
  @Inject Caller caller;

  @POST
  @RolesAllowed(Role.MEMBER_NAME)
  @Idempotent
  public Response write(@Valid @NotNull NewNote note) throws SQLException, InterruptedException {
    UUID id = Ids.next();
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO note (id, text) VALUES (?, ?)")) {
      insert.setBytes(1, Ids.bytes(id));
      insert.setString(2, note.text());
      insert.executeUpdate();
    }
    entered.countDown();
    gate.await();
    if (note.text().equals("refuse me")) {
      throw new ProblemException(ProblemTypes.STALE, "Refused after the row was written.");
    }
    return Response.created(URI.create("/v1/notes/" + id))
        .entity(new Note(id, note.text()))
        .build();
  }

  @GET
  public Page<Integer> list(@BeanParam PageRequest page) {
    int after = page.cursor().map(cursor -> Integer.parseInt(cursor.text(0))).orElse(1000);
    List<Integer> rows =
        IntStream.iterate(after - 1, i -> i > 990, i -> i - 1)
            .limit(page.limit() + 1L)
            .boxed()
            .toList();
    return Page.of(rows, page, Cursor::of);
  }

  @GET
  @Path("/{id}")
  public String one(@PathParam("id") UUID id) {
    throw new IllegalStateException("SELECT secret FROM somewhere");
  }

  @GET
  @Path("/me")
  @RolesAllowed(Role.MEMBER_NAME)
  public UUID me() {
    return caller.id();
  }
}
