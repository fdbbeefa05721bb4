package dev.dotori.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.annotation.Nullable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The committed contract is what the records say, and a type has only grown since. */
class ContractTest {

  private static final Path RESOURCES = Path.of("src/main/resources");

  private static final String HOW_TO_WRITE =
      "If the change is meant, write the contract anew and commit it:"
          + " DOTORI_CONTRACT=write ./mvnw -pl shared-events/events test -Dtest=ContractTest";

  /** Writes the files if asked to, except over a schema that the records would break. */
  @BeforeAll
  static void write() throws IOException {
    if (!"write".equals(System.getenv("DOTORI_CONTRACT"))) {
      return;
    }
    for (Class<? extends DomainEvent> type : EventTypes.all()) {
      assertThat(breaks(type)).as("%s breaks its readers", EventTypes.nameOf(type)).isEmpty();
    }
    for (var file : Contract.files().entrySet()) {
      Path path = RESOURCES.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
  }

  @TestFactory
  Stream<DynamicTest> aTypeHasOnlyGrown() {
    return EventTypes.all().stream()
        .map(type ->
            DynamicTest.dynamicTest(
                EventTypes.nameOf(type),
                () ->
                    assertThat(breaks(type))
                        .as(
                            "A type is never changed for those who read it: make a new"
                                + " version of it, or a field that is @Nullable.")
                        .isEmpty()));
  }

  @TestFactory
  Stream<DynamicTest> theCommittedContractIsWhatTheRecordsSay() {
    return Contract.files().entrySet().stream()
        .map(file ->
            DynamicTest.dynamicTest(
                file.getKey(),
                () ->
                    assertThat(RESOURCES.resolve(file.getKey()))
                        .as(HOW_TO_WRITE)
                        .hasContent(file.getValue())));
  }

  @Test
  void noTypeEverDisappears() throws IOException {
    Set<String> committed = new TreeSet<>();
    try (Stream<Path> files = Files.list(RESOURCES.resolve("schemas"))) {
      files.forEach(file -> committed.add("schemas/" + file.getFileName()));
    }

    assertThat(committed)
        .as("A type whose schema is committed may still be in a stream or an outbox.")
        .isSubsetOf(Contract.files().keySet());
  }

  @Test
  void everyEventRecordIsRegistered() throws IOException {
    Set<String> records = new TreeSet<>();
    try (Stream<Path> classes = Files.list(Path.of("target/classes/dev/dotori/events"))) {
      for (Path file : classes.filter(path -> path.toString().endsWith(".class")).toList()) {
        String name = file.getFileName().toString().replace(".class", "");
        Class<?> type = loadClass("dev.dotori.events." + name);
        if (DomainEvent.class.isAssignableFrom(type) && type.isRecord()) {
          records.add(type.getSimpleName());
        }
      }
    }

    assertThat(EventTypes.all().stream().map(Class::getSimpleName).collect(Collectors.toSet()))
        .as("EventTypes lists every event record")
        .isEqualTo(records);
  }

  @Test
  void everyTypeIsNamedInThePastTenseWithAVersion() {
    assertThat(EventTypes.all().stream().map(EventTypes::nameOf))
        .allMatch(name -> name.matches("[a-z]+\\.[a-z]+\\.v[1-9][0-9]*"), "thing.happened.v1");
  }

  @Test
  void aFieldGoneRenamedRetypedOrNewlyRequiredIsABreak() {
    record Before(String kept, String gone, int retyped, @Nullable String loose) {}
    record After(String kept, String retyped, String loose, String added, @Nullable Long more) {}

    assertThat(SchemaChange.breaks(Contract.schema(Before.class), Contract.schema(After.class)))
        .containsExactlyInAnyOrder(
            "gone is gone",
            "retyped had type \"integer\" and now has \"string\"",
            "retyped had format \"int32\" and now has ",
            "loose is newly required",
            "added is newly required",
            "gone is no longer always there");
  }

  @Test
  void aFieldInsideAListIsComparedToo() {
    record OldLine(String name, Colour colour) {}
    record NewLine(String name, Shade colour) {}
    record Before(List<OldLine> lines) {}
    record After(List<NewLine> lines) {}

    assertThat(SchemaChange.breaks(Contract.schema(Before.class), Contract.schema(After.class)))
        .containsExactly("lines[].colour no longer may be BLUE");
  }

  private enum Colour {
    RED,
    BLUE
  }

  private enum Shade {
    RED,
    GREEN
  }

  private static List<String> breaks(Class<? extends DomainEvent> type) throws IOException {
    Path committed = RESOURCES.resolve(Contract.schemaFile(EventTypes.nameOf(type)));
    if (!Files.exists(committed)) {
      return List.of();
    }
    JsonNode before = new ObjectMapper().readTree(committed.toFile());
    return SchemaChange.breaks(before, Contract.schema(type));
  }

  private static Class<?> loadClass(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
