package dev.dotori.points.purchase;

import dev.dotori.api.Money;
import dev.dotori.points.distribution.Participant;
import dev.dotori.points.text.OneLine;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A purchase as a till reports it.
 *
 * @param memberId the buyer
 * @param amount what was paid; 0 is legal
 * @param receiptNo the store's own number for it: 1 to 100 characters, one purchase per receipt
 * @param occurredAt when it was made, from 1970 on and not in the future
 * @param buyerWeight the buyer's weight in the split, 1 to 1000; 1 when absent
 * @param sharedWith who else shares what it earns, in the order that breaks ties; may be absent
 */
public record PurchaseRequest(
    @NotNull UUID memberId,
    @NotNull @Valid Money amount,
    @NotNull @Size(min = 1, max = 100) @Pattern(regexp = OneLine.REGEX, message = OneLine.MESSAGE)
        String receiptNo,
    @NotNull Instant occurredAt,
    @Min(1) @Max(Participant.MAX_WEIGHT) Integer buyerWeight,
    @Size(max = PurchaseRequest.MAX_SHARED_WITH) List<@NotNull @Valid Sharer> sharedWith) {

  /** The most that any store's program could allow. */
  static final int MAX_SHARED_WITH = 999;

  /**
   * One who shares the earning.
   *
   * @param weight their weight in the split, 1 to 1000; 1 when absent
   */
  public record Sharer(
      @NotNull UUID memberId, @Min(1) @Max(Participant.MAX_WEIGHT) Integer weight) {}

  /** All who share the earning, the buyer first. */
  List<Participant> participants() {
    List<Participant> participants = new ArrayList<>();
    participants.add(new Participant(memberId, weightOrOne(buyerWeight)));
    if (sharedWith != null) {
      sharedWith.forEach(
          it -> participants.add(new Participant(it.memberId(), weightOrOne(it.weight()))));
    }
    return participants;
  }

  /** The field that names a participant, by their position among {@link #participants}. */
  static String memberField(int position) {
    return position == 0 ? "memberId" : "sharedWith[" + (position - 1) + "].memberId";
  }

  private static int weightOrOne(Integer weight) {
    return weight == null ? 1 : weight;
  }
}
