package dev.dotori.local.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReplayCommandTest {

  private static final int PURCHASES = 60;

  @TempDir Path data;
  private StandInApi api;
  private String output;
  private Map<String, String> environment = Map.of();

  @BeforeEach
  void start() throws IOException {
    api = new StandInApi();
    Files.writeString(
        data.resolve("endpoints.json"),
        """
        {"gateway": {"url": "%s", "pid": 1}, "operator": {"clientId": "operator", "clientSecret": "s"}}
        """
            .formatted(api.url()));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void playsEveryPurchaseOnceAndFindsEveryBalanceRight() {
    assertThat(replay()).isZero();

    assertThat(api.purchases()).isEqualTo(PURCHASES);
    assertThat(output).contains("Every balance is right.").contains("Differences  0");
  }

  @Test
  void repeatsWhatWasRefusedForTheMoment() {
    api.isBusyEvery = 5;

    assertThat(replay()).isZero();

    assertThat(api.purchases()).isEqualTo(PURCHASES);
  }

  @Test
  void paysOnceWhatItHadToSendTwice() {
    api.losesAnswerEvery = 4;

    assertThat(replay()).isZero();

    assertThat(api.purchases()).isEqualTo(PURCHASES);
  }

  @Test
  void signsInAgainWhenItsTokenIsRefused() {
    api.forgetsTokenEvery = 9;

    // One at a time: this server knows but one token.
    assertThat(replay("--concurrency", "1")).isZero();
  }

  @Test
  void goesOnAfterABreakAndPaysNothingTwice() throws IOException {
    api.breaksAfterPurchases = 20;
    assertThat(replay()).isEqualTo(1);
    assertThat(api.purchases()).isEqualTo(20);
    int members = api.members();
    api.breaksAfterPurchases = Integer.MAX_VALUE;

    assertThat(replay()).isZero();

    assertThat(api.purchases()).isEqualTo(PURCHASES);
    assertThat(api.members()).isEqualTo(members);
    assertThat(output).contains("Going on after " + members + " members");
  }

  @Test
  void goesOnEvenWhenTheJournalLostWhatTheServiceTook() throws IOException {
    assertThat(replay()).isZero();
    forgetAcceptedPurchases();

    assertThat(replay()).isZero();

    assertThat(api.purchases()).isEqualTo(PURCHASES);
  }

  @Test
  void goesOnWhenTheServiceHasForgottenTheKeysToo() throws IOException {
    assertThat(replay()).isZero();
    forgetAcceptedPurchases();
    api.forgetKeys();

    assertThat(replay()).isZero();

    assertThat(api.purchases()).isEqualTo(PURCHASES);
  }

  @Test
  void beginsAnewWhenTheSystemWasEmptied() {
    assertThat(replay()).isZero();
    api.forgetAll();

    assertThat(replay()).isZero();

    assertThat(api.purchases()).isEqualTo(PURCHASES);
    assertThat(output).contains("beginning anew");
  }

  @Test
  void findsABalanceThatIsOnePointOff() {
    api.error = 1;

    assertThat(replay()).isEqualTo(1);

    assertThat(output).contains("NOT RIGHT").contains("points expected");
  }

  @Test
  void givesUpWhenNobodyAnswers() {
    api.close();

    assertThat(replay("--patience", "1")).isEqualTo(1);
  }

  @Test
  void saysWhenNothingRuns() throws IOException {
    Files.delete(data.resolve("endpoints.json"));

    assertThat(replay()).isEqualTo(1);
  }

  @Test
  void playsThroughAGatewayElsewhereWithItsOperatorFromTheEnvironment() throws IOException {
    Files.delete(data.resolve("endpoints.json"));
    environment =
        Map.of("DOTORI_OPERATOR_CLIENT_ID", "operator", "DOTORI_OPERATOR_CLIENT_SECRET", "s");
    Path journal = data.resolve("journal");

    assertThat(replay("--gateway", api.url().toString(), "--journal", journal.toString())).isZero();

    assertThat(api.purchases()).isEqualTo(PURCHASES);
    assertThat(journal).isDirectoryContaining("glob:**.lock");
    assertThat(data.resolve("replay")).doesNotExist();
  }

  @Test
  void asksForTheOperatorsSecretOfAGatewayElsewhere() {
    assertThat(replay("--gateway", api.url().toString())).isEqualTo(1);

    assertThat(api.purchases()).isZero();
  }

  private void forgetAcceptedPurchases() throws IOException {
    try (var folders = Files.list(data.resolve("replay"))) {
      for (Path folder : folders.filter(Files::isDirectory).toList()) {
        Files.write(folder.resolve("purchases"), new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
      }
    }
  }

  private int replay(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("--data", data.toString(), "--limit", String.valueOf(PURCHASES)));
    arguments.addAll(List.of(more));
    PrintStream former = System.out;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
    try {
      return new CommandLine(new ReplayCommand(environment))
          .execute(arguments.toArray(String[]::new));
    } finally {
      System.setOut(former);
      output = captured.toString(StandardCharsets.UTF_8);
    }
  }
}
