package dev.dotori.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IdsTest {

  @Test
  void ids_are_of_version_7_and_in_the_order_of_their_making() {
    byte[] before = new byte[16];
    for (int i = 0; i < 10_000; i++) {
      UUID id = Ids.next();
      assertThat(id.version()).isEqualTo(7);
      assertThat(Arrays.compareUnsigned(before, Ids.bytes(id))).isNegative();
      before = Ids.bytes(id);
    }
  }

  @Test
  void ids_are_ordered_as_their_bytes_are() {
    List<UUID> ids =
        Stream.of(0L, 1L, Long.MAX_VALUE, Long.MIN_VALUE, -1L)
            .flatMap(high -> Stream.of(0L, 1L, -1L).map(low -> new UUID(high, low)))
            .toList();

    for (UUID one : ids) {
      for (UUID other : ids) {
        assertThat(Integer.signum(Ids.ORDER.compare(one, other)))
            .isEqualTo(Integer.signum(Arrays.compareUnsigned(Ids.bytes(one), Ids.bytes(other))));
      }
    }
  }

  @Test
  void bytes_and_ids_are_the_same_thing() {
    UUID id = Ids.next();
    assertThat(Ids.uuid(Ids.bytes(id))).isEqualTo(id);
    assertThatIllegalArgumentException().isThrownBy(() -> Ids.uuid(new byte[15]));
  }
}
