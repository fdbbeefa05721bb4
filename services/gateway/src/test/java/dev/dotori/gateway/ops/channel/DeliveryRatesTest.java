package dev.dotori.gateway.ops.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What two looks at a group's counter tell of its speed. */
class DeliveryRatesTest {

  private static final long SECOND = 1_000_000_000;
  private static final ChannelName CHANNEL = new ChannelName("points", "purchase.recorded");

  private final DeliveryRates rates = new DeliveryRates();

  @Test
  void oneLookTellsNothing() {
    assertThat(look(100, 0)).isEmpty();
  }

  @Test
  void twoLooksTellTheAverageBetweenThem() {
    look(100, 0);
    assertThat(look(400, 2 * SECOND)).contains(150.0);
    assertThat(look(400, 4 * SECOND)).contains(0.0);
  }

  @Test
  void aLookRightAfterAnotherRepeatsWhatThatOneSaid() {
    look(100, 0);
    look(400, 2 * SECOND);

    assertThat(look(401, 2 * SECOND + 1)).contains(150.0);
    assertThat(look(410, 3 * SECOND)).contains(10.0);
  }

  @Test
  void aLookOfLongAgoTellsNothingOfNow() {
    look(100, 0);

    assertThat(look(400, 600 * SECOND)).isEmpty();
    assertThat(look(410, 601 * SECOND)).contains(10.0);
  }

  @Test
  void aCounterThatWasSetBackTellsNothing() {
    look(100, 0);

    assertThat(look(5, 2 * SECOND)).isEmpty();
    assertThat(look(7, 4 * SECOND)).contains(1.0);
  }

  @Test
  void channelsAreLookedAtApart() {
    look(100, 0);

    assertThat(
            rates.look(
                new ChannelName("media", "purchase.recorded"), OptionalLong.of(9), 2 * SECOND))
        .isEmpty();
  }

  @Test
  void aServerThatDoesNotCountTellsNothing() {
    rates.look(CHANNEL, OptionalLong.empty(), 0);

    assertThat(rates.look(CHANNEL, OptionalLong.empty(), 2 * SECOND)).isEmpty();
  }

  private java.util.Optional<Double> look(long delivered, long nanos) {
    return rates.look(CHANNEL, OptionalLong.of(delivered), nanos);
  }
}
