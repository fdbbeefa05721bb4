package dev.dotori.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.UUID;
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
  void bytes_and_ids_are_the_same_thing() {
    UUID id = Ids.next();
    assertThat(Ids.uuid(Ids.bytes(id))).isEqualTo(id);
    assertThatIllegalArgumentException().isThrownBy(() -> Ids.uuid(new byte[15]));
  }
}
