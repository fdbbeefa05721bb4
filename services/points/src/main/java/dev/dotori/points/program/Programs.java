package dev.dotori.points.program;

import dev.dotori.events.ProgramTerms;
import dev.dotori.outbox.PermanentFailureException;
import dev.dotori.points.database.Database;
import dev.dotori.points.database.Database.Row;
import dev.dotori.points.member.MembersQuestions;
import dev.dotori.points.member.MembersService;
import dev.dotori.points.member.MembersService.KnownProgram;
import dev.dotori.points.member.MembersService.KnownStore;
import dev.dotori.points.member.MembersService.KnownTerms;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.WebApplicationException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** The versions of each store's program. A version never changes once it is known. */
@ApplicationScoped
public class Programs {

  private static final String SELECT_PROGRAM =
      "SELECT s.id, s.currency, v.version, v.earn_rate, v.min_purchase, v.expiry_days,"
          + " v.share_bonus, v.share_bonus_daily_cap, v.max_participants"
          + " FROM store s JOIN program_version v ON v.store_id = s.id";

  private final Database database;
  private final MembersService service;

  Programs(Database database, @RestClient MembersService service) {
    this.database = database;
    this.service = service;
  }

  /**
   * The program in force at a store: the latest version known here. A store whose events have not
   * come yet is asked for at the members service, and remembered.
   *
   * @return empty when there is no such store
   * @throws dev.dotori.api.problem.ProblemException 503 when it must be asked for and the members
   *     service does not answer
   */
  public Optional<Program> inForce(UUID storeId) {
    Optional<Program> known = latest(storeId);
    if (known.isPresent()) {
      return known;
    }
    try {
      remember(MembersQuestions.ask(() -> service.store(storeId)));
    } catch (WebApplicationException noSuchStore) {
      return Optional.empty();
    }
    return latest(storeId);
  }

  /** The version that a purchase was made under. */
  public Program version(UUID storeId, int version) {
    return database
        .find(
            SELECT_PROGRAM + " WHERE s.id = ? AND v.version = ?",
            Programs::program,
            storeId,
            version)
        .orElseThrow();
  }

  void addStore(UUID storeId, String currency) {
    database.update("INSERT IGNORE INTO store (id, currency) VALUES (?, ?)", storeId, currency);
  }

  /**
   * Remembers a version, unless it is known already.
   *
   * @throws PermanentFailureException when the terms can't be worked with
   */
  void addVersion(UUID storeId, int version, ProgramTerms terms, Instant effectiveAt) {
    if (version < 1 || terms.maxParticipants() < 1 || !EarnRate.isValid(terms.earnRate())) {
      throw new PermanentFailureException("not a program: version " + version + ", " + terms);
    }
    database.update(
        "INSERT IGNORE INTO program_version (store_id, version, earn_rate, min_purchase,"
            + " expiry_days, share_bonus, share_bonus_daily_cap, max_participants, effective_at)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        storeId,
        version,
        terms.earnRate(),
        terms.minPurchase(),
        terms.expiryDays(),
        terms.shareBonus(),
        terms.shareBonusDailyCap(),
        terms.maxParticipants(),
        effectiveAt);
  }

  private Optional<Program> latest(UUID storeId) {
    return database.find(
        SELECT_PROGRAM + " WHERE s.id = ? ORDER BY v.version DESC LIMIT 1",
        Programs::program,
        storeId);
  }

  private void remember(KnownStore store) {
    addStore(store.id(), store.currency());
    for (KnownProgram program : store.programs()) {
      addVersion(store.id(), program.version(), terms(program.program()), program.effectiveAt());
    }
  }

  private static ProgramTerms terms(KnownTerms terms) {
    return new ProgramTerms(
        terms.earnRate(),
        terms.minPurchase(),
        terms.expiryDays(),
        terms.shareBonus(),
        terms.shareBonusDailyCap(),
        terms.maxParticipants());
  }

  private static Program program(Row row) throws SQLException {
    return new Program(
        row.id(1),
        row.text(2),
        row.integer(3),
        new EarnRate(row.text(4)),
        row.number(5),
        row.integerOrNull(6),
        row.number(7),
        row.number(8),
        row.integer(9));
  }
}
