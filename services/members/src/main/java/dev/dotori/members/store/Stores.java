package dev.dotori.members.store;

import dev.dotori.api.Ids;
import dev.dotori.api.page.Cursor;
import dev.dotori.api.page.Page;
import dev.dotori.api.page.PageRequest;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.events.ProgramChanged;
import dev.dotori.events.StoreRegistered;
import dev.dotori.members.secret.Secret;
import dev.dotori.outbox.Outbox;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Opens stores and keeps their programs. */
@ApplicationScoped
public class Stores {

  private final StoreClients clients;
  private final Outbox outbox;

  Stores(StoreClients clients, Outbox outbox) {
    this.clients = clients;
    this.outbox = outbox;
  }

  /** Opens a store with version 1 of its program and the client that it signs in with. */
  @Transactional
  public OpenedStore open(String name, String currency, Program terms) {
    Instant now = now();
    Program program = terms.canonical();
    Store store = new Store();
    store.id = Ids.next();
    store.name = name;
    store.currency = currency;
    store.programVersion = 1;
    store.createdAt = now;
    store.persist();
    ProgramVersion first = ProgramVersion.of(store.id, 1, program, now);
    first.persist();
    Secret secret = Secret.random();
    StoreClient client = clients.create(store.id, secret, now);
    outbox.add(new StoreRegistered(store.id, name, currency, program.terms(), now));
    return new OpenedStore(store, first, client.clientId, secret);
  }

  /**
   * Gives the store other terms, as the next version of its program. Terms that are in force
   * already stay the version they are, so that repeating the request changes nothing.
   *
   * @param expected whether the version in force is one that the caller wants to replace
   * @throws ProblemException 404 without such a store, 412 when the version is not the expected
   */
  @Transactional
  public ProgramVersion changeProgram(UUID storeId, Program terms, ExpectedVersion expected) {
    // Locked, so that of two changes at once the second sees the first.
    Store store = Store.lock(storeId).orElseThrow(Stores::unknown);
    if (!expected.accepts(store.programVersion)) {
      throw new ProblemException(
          ProblemTypes.STALE, "The program is at version " + store.programVersion + ".");
    }
    ProgramVersion inForce = ProgramVersion.inForce(store);
    Program program = terms.canonical();
    if (inForce.program().hasTermsOf(program)) {
      return inForce;
    }
    ProgramVersion next =
        ProgramVersion.of(
            storeId, inForce.version + 1, program, laterThan(inForce.effectiveAt, now()));
    next.persist();
    store.programVersion = next.version;
    outbox.add(new ProgramChanged(storeId, next.version, program.terms(), next.effectiveAt));
    return next;
  }

  /**
   * The store with the version of its program that is in force.
   *
   * @throws ProblemException 404 without such a store
   */
  @Transactional
  public StoreInForce get(UUID id) {
    Store store = find(id);
    return new StoreInForce(store, ProgramVersion.inForce(store));
  }

  /**
   * The store with every version of its program.
   *
   * @throws ProblemException 404 without such a store
   */
  @Transactional
  public StoreHistory history(UUID id) {
    return new StoreHistory(find(id), ProgramVersion.allOf(id));
  }

  /** A page of stores, newest first. */
  @Transactional
  public Page<StoreInForce> page(PageRequest request) {
    UUID after = request.cursor().map(cursor -> cursor.id(0)).orElse(null);
    Page<Store> stores =
        Page.of(
            Store.listOlderThan(after, request.limit() + 1), request, store -> Cursor.of(store.id));
    Map<UUID, ProgramVersion> inForce =
        ProgramVersion.inForce(stores.items().stream().map(store -> store.id).toList()).stream()
            .collect(Collectors.toMap(version -> version.storeId, Function.identity()));
    return stores.map(store -> new StoreInForce(store, inForce.get(store.id)));
  }

  private static Store find(UUID id) {
    return Store.<Store>findByIdOptional(id).orElseThrow(Stores::unknown);
  }

  private static ProblemException unknown() {
    return new ProblemException(ProblemTypes.NOT_FOUND, "There is no such store.");
  }

  // What the database keeps, so that an answer and a later read of it agree.
  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }

  // Versions take effect one after the other even when the clock was set back.
  private static Instant laterThan(Instant previous, Instant now) {
    return now.isAfter(previous) ? now : previous.plus(1, ChronoUnit.MICROS);
  }

  /** Which version of a program a caller has in mind when replacing it. */
  @FunctionalInterface
  public interface ExpectedVersion {

    /** Whether the change may go on from this version. */
    boolean accepts(int version);
  }

  /** A store with the program in force. */
  public record StoreInForce(Store store, ProgramVersion program) {}

  /** A store with its programs, oldest first. */
  public record StoreHistory(Store store, List<ProgramVersion> programs) {}

  /** A store just opened; the secret exists nowhere else. */
  public record OpenedStore(
      Store store, ProgramVersion program, String clientId, Secret clientSecret) {}
}
