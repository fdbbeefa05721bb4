package dev.dotori.sandbox.state;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dotori.sandbox.Network;
import dev.dotori.sandbox.SandboxConfig;
import io.quarkus.logging.Log;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Everything that the sandbox remembers: bounded, and kept in a folder when one is configured.
 *
 * <p>All records together are written to {@code state.json} after each change, pictures to a file
 * each: fine for the few posts a second that a person or a test makes, which is all it is for.
 */
@ApplicationScoped
@RegisterForReflection( // what the file holds, which no resource tells of
    targets = {
      SandboxState.Snapshot.class,
      Account.class,
      Consent.class,
      Token.class,
      Picture.class,
      Post.class,
      Mail.class
    })
public class SandboxState {

  private final SandboxConfig config;
  private final ObjectMapper json;
  private final Path pictureFiles;
  private final Path stateFile;

  private final Map<String, Account> accounts;
  private final Map<String, Consent> consents;
  private final Map<String, Token> tokens;
  private final Map<String, Picture> pictures;
  private final Map<Network, Map<String, Post>> posts;
  private final List<Mail> mails = new ArrayList<>();

  /** All records, as they are kept in the file. */
  record Snapshot(
      Collection<Account> accounts,
      Collection<Consent> consents,
      Collection<Token> tokens,
      Collection<Picture> pictures,
      Collection<Post> posts,
      Collection<Mail> mails) {}

  public SandboxState(SandboxConfig config, ObjectMapper json) throws IOException {
    this.config = config;
    this.json = json;
    accounts = bounded(config.maxRecords());
    consents = bounded(config.maxRecords());
    tokens = bounded(config.maxRecords());
    pictures = bounded(config.maxPictures());
    posts =
        Map.of(Network.FACEBOOK, bounded(config.maxPosts()), Network.X, bounded(config.maxPosts()));
    if (config.data().isPresent()) {
      Path folder = Files.createDirectories(config.data().get());
      stateFile = folder.resolve("state.json");
      pictureFiles = Files.createDirectories(folder.resolve("pictures"));
      load();
    } else {
      stateFile = null;
      pictureFiles = Files.createTempDirectory("dotori-sandbox");
    }
  }

  /** The account of the given name at a network; made when it is new. */
  public synchronized Account signIn(Network network, String name) {
    String username = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    Optional<Account> known =
        accounts.values().stream()
            .filter(account -> account.network() == network && account.username().equals(username))
            .findFirst();
    if (known.isPresent()) {
      return known.get();
    }
    Account account =
        switch (network) {
          case FACEBOOK -> new Account(network, Ids.fbid(), username, name, Ids.fbid());
          case X -> new Account(network, Ids.snowflake(), username, name, null);
        };
    accounts.put(account.id(), account);
    keep();
    return account;
  }

  public synchronized Optional<Account> account(String id) {
    return Optional.ofNullable(accounts.get(id));
  }

  public synchronized Optional<Account> publisher(String publisherId) {
    return accounts.values().stream()
        .filter(account -> account.publisherId().equals(publisherId))
        .findFirst();
  }

  public synchronized void add(Consent consent) {
    consents.put(consent.code(), consent);
    keep();
  }

  /** The consent that a code stands for; a code works once. */
  public synchronized Optional<Consent> redeem(String code, Network network) {
    Consent consent = consents.get(code);
    if (consent == null
        || consent.network() != network
        || consent.expiresAt().isBefore(Instant.now())) {
      return Optional.empty();
    }
    consents.remove(code);
    keep();
    return Optional.of(consent);
  }

  /** Gives out a token; {@code lifetime} null means that it doesn't expire. */
  public synchronized Token issue(
      Network network,
      Token.Kind kind,
      String accountId,
      String grantId,
      String scope,
      Duration lifetime) {
    Instant expiresAt = lifetime == null ? null : Instant.now().plus(lifetime);
    Token token =
        new Token(Ids.secret(), network, kind, accountId, grantId, scope, expiresAt, false);
    tokens.put(token.value(), token);
    keep();
    return token;
  }

  public synchronized Optional<Token> token(String value, Network network) {
    return Optional.ofNullable(tokens.get(value)).filter(token -> token.network() == network);
  }

  /** Takes a refresh token out of use; false when it was already. */
  public synchronized boolean useUp(Token token) {
    if (tokens.remove(token.value()) == null) {
      return false;
    }
    keep();
    return true;
  }

  /** Ends a token's life now. */
  public synchronized void expire(Token token) {
    replaceTokens(
        other -> other.value().equals(token.value()) ? other.expiredAt(Instant.now()) : other);
  }

  /** Ends all tokens of an account: the person took their consent back. */
  public synchronized void revokeAll(Network network, String accountId) {
    replaceTokens(token ->
        token.network() == network && token.accountId().equals(accountId)
            ? token.asRevoked()
            : token);
  }

  private void replaceTokens(UnaryOperator<Token> change) {
    tokens.replaceAll((value, token) -> change.apply(token));
    keep();
  }

  /** Starts a picture, whose bytes are appended by {@link #append}. */
  public synchronized Picture begin(Network network, String publisherId, String contentType) {
    String id = network == Network.X ? Ids.snowflake() : Ids.fbid();
    Picture picture = new Picture(id, network, publisherId, contentType, 0, false, Instant.now());
    pictures.put(id, picture);
    return picture;
  }

  public synchronized Picture append(Picture picture, Path chunk) {
    try (InputStream bytes = Files.newInputStream(chunk);
        var file =
            Files.newOutputStream(
                file(picture.id()), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      long size = picture.size() + bytes.transferTo(file);
      return replace(picture, size, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public synchronized Picture complete(Picture picture) {
    Picture complete = replace(picture, picture.size(), true);
    sweepPictureFiles();
    keep();
    return complete;
  }

  private Picture replace(Picture picture, long size, boolean complete) {
    Picture changed =
        new Picture(
            picture.id(),
            picture.network(),
            picture.publisherId(),
            picture.contentType(),
            size,
            complete,
            picture.uploadedAt());
    pictures.put(picture.id(), changed);
    return changed;
  }

  public synchronized Optional<Picture> picture(String id) {
    return Optional.ofNullable(pictures.get(id));
  }

  /** Where a picture's bytes are. */
  public Path file(String pictureId) {
    return pictureFiles.resolve(pictureId);
  }

  public synchronized void add(Post post) {
    posts.get(post.network()).put(post.id(), post);
    keep();
  }

  public synchronized Optional<Post> post(Network network, String id) {
    return Optional.ofNullable(posts.get(network).get(id));
  }

  /** The posts of a network, newest first. */
  public synchronized List<Post> posts(Network network) {
    return new ArrayList<>(posts.get(network).values()).reversed();
  }

  public synchronized void add(Mail mail) {
    mails.add(mail);
    if (mails.size() > config.maxRecords()) {
      mails.removeFirst();
    }
    keep();
  }

  /** The mails, newest first. */
  public synchronized List<Mail> mails() {
    return new ArrayList<>(mails).reversed();
  }

  private void load() throws IOException {
    Snapshot kept;
    try {
      kept = json.readValue(Files.readAllBytes(stateFile), Snapshot.class);
    } catch (NoSuchFileException e) {
      return;
    }
    kept.accounts().forEach(account -> accounts.put(account.id(), account));
    kept.consents().forEach(consent -> consents.put(consent.code(), consent));
    kept.tokens().forEach(token -> tokens.put(token.value(), token));
    kept.pictures().forEach(picture -> pictures.put(picture.id(), picture));
    kept.posts().forEach(post -> posts.get(post.network()).put(post.id(), post));
    mails.addAll(kept.mails());
  }

  private void keep() {
    if (stateFile == null) {
      return;
    }
    List<Post> allPosts = posts.values().stream().flatMap(of -> of.values().stream()).toList();
    Snapshot snapshot =
        new Snapshot(
            accounts.values(),
            consents.values(),
            tokens.values(),
            pictures.values(),
            allPosts,
            mails);
    try {
      Path written = stateFile.resolveSibling("state.json.new");
      Files.write(written, json.writeValueAsBytes(snapshot));
      Files.move(
          written, stateFile, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes the files of pictures that are forgotten. */
  private void sweepPictureFiles() {
    try (Stream<Path> files = Files.list(pictureFiles)) {
      for (Path file : files.toList()) {
        if (!pictures.containsKey(file.getFileName().toString())) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @PreDestroy
  void removeTemporaryFiles() {
    if (stateFile != null) {
      return;
    }
    try (Stream<Path> files = Files.walk(pictureFiles)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      Log.warnf("Temporary pictures in %s could not be removed: %s", pictureFiles, e.getMessage());
    }
  }

  private static <V> Map<String, V> bounded(int max) {
    return new LinkedHashMap<>() {
      @Override
      protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
        return size() > max;
      }
    };
  }
}
