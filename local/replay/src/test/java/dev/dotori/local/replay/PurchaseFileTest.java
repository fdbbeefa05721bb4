package dev.dotori.local.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PurchaseFileTest {

  @Test
  void readsCustomersDatesAndCents() throws IOException {
    assertThat(parse(" 00001 20210101  1   11.77\r\n 00002 20210112  5   77.00\r\n"))
        .containsExactly(
            new PurchaseRecord(1, "00001", LocalDate.of(2021, 1, 1), 1_177),
            new PurchaseRecord(2, "00002", LocalDate.of(2021, 1, 12), 7_700));
  }

  @Test
  void takesLinesThatSayTheSameForTwoPurchases() throws IOException {
    String line = " 00003 20210102  2   20.76\r\n";

    assertThat(parse(line + line)).extracting(PurchaseRecord::line).containsExactly(1, 2);
  }

  @Test
  void takesPurchasesOfNothing() throws IOException {
    assertThat(parse("00001 20210101 1 0.00\n"))
        .extracting(PurchaseRecord::cents)
        .containsExactly(0L);
  }

  @Test
  void readsDollarsExactly() throws IOException {
    assertThat(
            parse("1 20210101 1 0.29\n1 20210101 1 4.35\n1 20210101 1 1234567.8\n1 20210101 1 9\n"))
        .extracting(PurchaseRecord::cents)
        .containsExactly(29L, 435L, 123_456_780L, 900L);
  }

  @Test
  void passesOverEmptyLinesAndKeepsTheNumbers() throws IOException {
    assertThat(parse("1 20210101 1 1.00\r\n\r\n1 20210101 1 2.00\r\n\u0020\r\n"))
        .extracting(PurchaseRecord::line)
        .containsExactly(1, 3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00001 20210101 1",
        "00001 20210101 1 11.777",
        "00001 20210101 1 -11.77",
        "00001 20211301 1 11.77",
        "00001 2021-01-01 1 11.77",
        "x 20210101 1 11.77",
        "00001 20210101 1 11.77 more"
      })
  void namesTheLineThatIsNoPurchase(String line) {
    assertThatThrownBy(() -> parse("1 20210101 1 1.00\n" + line + "\n"))
        .isInstanceOf(ReplayException.class)
        .hasMessageStartingWith("line 2 ");
  }

  @Test
  void saysWhenThereIsNoFile() {
    assertThatThrownBy(() -> PurchaseFile.read(Path.of("/nowhere/cdnow.txt"), 1))
        .isInstanceOf(ReplayException.class)
        .hasMessageContaining("/nowhere/cdnow.txt");
  }

  @Test
  void makesTheSameSampleEveryTimeWithWhatIsHard() {
    List<PurchaseRecord> sample = SamplePurchases.first(Integer.MAX_VALUE);

    assertThat(sample).hasSize(300).isEqualTo(SamplePurchases.first(Integer.MAX_VALUE));
    assertThat(sample).anyMatch(purchase -> purchase.cents() == 0);
    assertThat(sample.get(24))
        .usingRecursiveComparison()
        .ignoringFields("line")
        .isEqualTo(sample.get(23));
    assertThat(SamplePurchases.first(7)).isEqualTo(sample.subList(0, 7));
  }

  private static List<PurchaseRecord> parse(String text) throws IOException {
    return PurchaseFile.parse(new BufferedReader(new StringReader(text)), Integer.MAX_VALUE);
  }
}
