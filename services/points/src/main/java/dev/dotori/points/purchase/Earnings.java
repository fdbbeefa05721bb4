package dev.dotori.points.purchase;

import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.api.problem.Violation;
import dev.dotori.api.problem.ViolationException;
import dev.dotori.points.PointsConfig;
import dev.dotori.points.distribution.Participant;
import dev.dotori.points.distribution.Split;
import dev.dotori.points.ledger.Movement;
import dev.dotori.points.member.Members;
import dev.dotori.points.program.Program;
import dev.dotori.points.program.Programs;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Decides what a purchase earns under its store's program, or why it can't be taken. */
@ApplicationScoped
public class Earnings {

  private final Programs programs;
  private final Members members;
  private final PointsConfig config;

  Earnings(Programs programs, Members members, PointsConfig config) {
    this.programs = programs;
    this.members = members;
    this.config = config;
  }

  /**
   * What the purchase earns when it is recorded now.
   *
   * @throws ViolationException naming every field that the program or the facts forbid
   * @throws ProblemException 403 when the store is not known, 503 when it can't be found out
   */
  Earning of(UUID storeId, PurchaseRequest request, Instant now) {
    Program program =
        programs
            .inForce(storeId)
            .orElseThrow(
                () -> new ProblemException(ProblemTypes.FORBIDDEN, "There is no such store."));
    List<Participant> participants = request.participants();
    BigInteger earned = program.earned(request.amount().amount());

    refuse(violations(program, request, participants, earned, now));
    refuse(unknownMembers(participants));
    return new Earning(
        program.version(),
        earned.longValueExact(),
        program.expiryOf(now),
        Split.of(earned.longValueExact(), participants));
  }

  private List<Violation> violations(
      Program program,
      PurchaseRequest request,
      List<Participant> participants,
      BigInteger earned,
      Instant now) {
    List<Violation> violations = new ArrayList<>();
    if (!program.currency().equals(request.amount().currency())) {
      violations.add(
          new Violation("amount.currency", "must be the store's currency, " + program.currency()));
    }
    if (earned.compareTo(BigInteger.valueOf(Movement.MAX_POINTS)) > 0) {
      violations.add(
          new Violation(
              "amount.amount", "would earn more than " + Movement.MAX_POINTS + " points"));
    }
    if (request.occurredAt().isAfter(now.plus(config.clockTolerance()))) {
      violations.add(new Violation("occurredAt", "must not be in the future"));
    }
    if (request.occurredAt().isBefore(Instant.EPOCH)) {
      violations.add(new Violation("occurredAt", "must be 1970 or later"));
    }
    if (participants.size() > program.maxParticipants()) {
      violations.add(
          new Violation(
              "sharedWith",
              "makes more than the store's %d participants, the buyer included"
                  .formatted(program.maxParticipants())));
    }
    Set<UUID> seen = new HashSet<>();
    for (int i = 0; i < participants.size(); i++) {
      if (!seen.add(participants.get(i).memberId())) {
        violations.add(
            new Violation(
                PurchaseRequest.memberField(i), "is a participant already; one time each"));
      }
    }
    return violations;
  }

  private List<Violation> unknownMembers(List<Participant> participants) {
    Set<UUID> payable = members.payable(participants.stream().map(Participant::memberId).toList());
    List<Violation> violations = new ArrayList<>();
    for (int i = 0; i < participants.size(); i++) {
      if (!payable.contains(participants.get(i).memberId())) {
        violations.add(new Violation(PurchaseRequest.memberField(i), "is not a member"));
      }
    }
    return violations;
  }

  private static void refuse(List<Violation> violations) {
    if (!violations.isEmpty()) {
      throw new ViolationException(violations);
    }
  }
}
