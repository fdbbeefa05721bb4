package dev.dotori.sandbox.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dotori.sandbox.Network;
import dev.dotori.sandbox.SandboxConfig;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the sandbox was told outlives it, within its bounds. */
class SandboxStateTest {

  @TempDir Path folder;

  @Test
  void everythingIsThereAfterARestart() throws IOException {
    SandboxState before = state(Map.of());
    Account dana = before.signIn(Network.FACEBOOK, "Dana Oak");
    Token token = before.issue(Network.FACEBOOK, Token.Kind.PAGE, dana.id(), "g", "scope", null);
    Consent consent =
        new Consent("code", Network.X, "1", "http://a", "s", null, Instant.now().plusSeconds(60));
    before.add(consent);
    Picture picture = picture(before, dana);
    Post post =
        new Post(
            "1_2", Network.FACEBOOK, dana.pageId(), "Hi", List.of(picture.id()), Instant.now());
    before.add(post);
    before.add(new Mail("a@example.org", "Subject", "Text", Instant.now()));

    // No farewell: as after a kill.
    SandboxState after = state(Map.of());

    assertThat(after.signIn(Network.FACEBOOK, "Dana Oak")).isEqualTo(dana);
    assertThat(after.token(token.value(), Network.FACEBOOK)).contains(token);
    assertThat(after.posts(Network.FACEBOOK)).containsExactly(post);
    assertThat(after.picture(picture.id())).contains(picture);
    assertThat(Files.readAllBytes(after.file(picture.id()))).containsExactly(1, 2, 3);
    assertThat(after.mails()).hasSize(1);
    assertThat(after.redeem("code", Network.X)).contains(consent);
    assertThat(after.redeem("code", Network.X)).isEmpty();
  }

  @Test
  void theOldestIsForgottenFirst() throws IOException {
    SandboxState state = state(Map.of("max-posts", "2", "max-pictures", "1"));
    Account dana = state.signIn(Network.X, "Dana");
    for (String id : List.of("1", "2", "3")) {
      state.add(new Post(id, Network.X, dana.id(), id, List.of(), Instant.now()));
    }
    Picture first = picture(state, dana);
    Picture second = picture(state, dana);

    assertThat(state.posts(Network.X)).extracting(Post::id).containsExactly("3", "2");
    assertThat(state.picture(first.id())).isEmpty();
    assertThat(state.file(first.id())).doesNotExist();
    assertThat(state.file(second.id())).exists();
  }

  private Picture picture(SandboxState state, Account account) throws IOException {
    Path bytes = Files.write(folder.resolve("upload"), new byte[] {1, 2, 3});
    Picture begun = state.begin(account.network(), account.publisherId(), "image/png");
    return state.complete(state.append(begun, bytes));
  }

  private SandboxState state(Map<String, String> settings) throws IOException {
    Map<String, String> properties = new HashMap<>();
    settings.forEach((name, value) -> properties.put("dotori.sandbox." + name, value));
    properties.put("dotori.sandbox.data", folder.resolve("data").toString());
    SandboxConfig config =
        new SmallRyeConfigBuilder()
            .withConverter(Duration.class, 100, new DurationConverter())
            .withMapping(SandboxConfig.class)
            .withSources(new PropertiesConfigSource(properties, "test", 100))
            .build()
            .getConfigMapping(SandboxConfig.class);
    return new SandboxState(config, new ObjectMapper().findAndRegisterModules());
  }
}
