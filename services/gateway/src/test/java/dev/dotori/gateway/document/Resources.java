package dev.dotori.gateway.document;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.NewArrayTree;
import com.sun.source.tree.ParameterizedTypeTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import dev.dotori.gateway.routing.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The calls that a service's sources answer, and the records that they take and give. Sources
 * rather than classes: the services are no dependencies of the gateway, nor should they be.
 */
record Resources(List<Call> calls, Map<String, List<Component>> records) {

  private static final Set<String> METHODS =
      Set.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS");
  private static final Set<String> REQUIRED = Set.of("NotNull", "NotBlank", "NotEmpty");

  /**
   * One resource method.
   *
   * @param path as JAX-RS has it, with the names of its variables
   * @param roles that may make it; empty when anyone signed in may
   * @param open whether anyone may make it without a token
   * @param idempotent whether it needs an Idempotency-Key
   * @param body simple name of the record that it takes; null when it takes none
   * @param answer simple name of the record that it gives; null when its signature doesn't tell
   * @param shape how the answer holds that record
   */
  record Call(
      String method,
      String path,
      Set<String> roles,
      boolean open,
      boolean idempotent,
      String body,
      String answer,
      Shape shape) {

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  /** How an answer holds its record. */
  enum Shape {
    /** Not told by the signature. */
    UNKNOWN,
    NOTHING,
    ONE,
    LIST,
    PAGE
  }

  /** A field of a record. */
  record Component(String name, boolean required) {}

  /** All of a service's. */
  static Resources of(Service service) throws IOException {
    Path sources =
        Path.of(System.getProperty("dotori.root"), "services", service.toString(), "src/main/java");
    List<Path> files;
    try (Stream<Path> found = Files.walk(sources)) {
      files = found.filter(file -> file.toString().endsWith(".java")).toList();
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Resources resources = new Resources(new ArrayList<>(), new HashMap<>());
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  _ -> {},
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      for (CompilationUnitTree unit : task.parse()) {
        new Reader(resources).scan(unit, null);
      }
    }
    return resources;
  }

  private static final class Reader extends TreeScanner<Void, Void> {

    private final Resources resources;

    Reader(Resources resources) {
      this.resources = resources;
    }

    @Override
    public Void visitClass(ClassTree type, Void none) {
      if (type.getKind() == Tree.Kind.RECORD) {
        resources.records.put(type.getSimpleName().toString(), components(type));
      }
      Optional<String> path = value(type.getModifiers(), "Path");
      if (path.isPresent() && type.getKind() == Tree.Kind.CLASS) {
        for (Tree member : type.getMembers()) {
          if (member instanceof MethodTree method) {
            call(type, path.get(), method).ifPresent(resources.calls::add);
          }
        }
      }
      return super.visitClass(type, none);
    }

    private static List<Component> components(ClassTree type) {
      List<Component> components = new ArrayList<>();
      for (Tree member : type.getMembers()) {
        // The parser makes a record's components its first fields, which are not static.
        if (member instanceof VariableTree field
            && !field.getModifiers().getFlags().contains(Modifier.STATIC)) {
          components.add(new Component(name(field), isRequired(field)));
        }
      }
      return components;
    }

    private static String name(VariableTree field) {
      return value(field.getModifiers(), "JsonProperty").orElse(field.getName().toString());
    }

    private static boolean isRequired(VariableTree field) {
      return REQUIRED.stream().anyMatch(each -> has(field.getModifiers(), each));
    }

    private static Optional<Call> call(ClassTree type, String base, MethodTree method) {
      ModifiersTree own = method.getModifiers();
      return METHODS.stream()
          .filter(each -> has(own, each))
          .findFirst()
          .map(verb -> {
            boolean secured = has(own, "RolesAllowed") || has(own, "Authenticated");
            boolean open =
                has(own, "PermitAll") || (!secured && has(type.getModifiers(), "PermitAll"));
            ModifiersTree rule = secured || has(own, "PermitAll") ? own : type.getModifiers();
            Answer answer = answer(method.getReturnType());
            return new Call(
                verb,
                join(base, value(own, "Path").orElse("")),
                roles(rule),
                open,
                has(own, "Idempotent"),
                body(method),
                answer.record(),
                answer.shape());
          });
    }

    private static String join(String base, String path) {
      String whole = ("/" + base + "/" + path).replaceAll("/+", "/");
      return whole.endsWith("/") ? whole.substring(0, whole.length() - 1) : whole;
    }

    /** {@code "member"} and {@code Role.MEMBER_NAME} are the same. */
    private static Set<String> roles(ModifiersTree modifiers) {
      Set<String> roles = new TreeSet<>();
      annotation(modifiers, "RolesAllowed")
          .map(Reader::argument)
          .ifPresent(argument -> {
            List<? extends ExpressionTree> each =
                argument instanceof NewArrayTree array
                    ? array.getInitializers()
                    : List.of(argument);
            each.forEach(role ->
                roles.add(
                    role instanceof LiteralTree literal
                        ? (String) literal.getValue()
                        : role.toString()
                            .replaceAll("^.*\\.", "")
                            .replace("_NAME", "")
                            .toLowerCase(java.util.Locale.ROOT)));
          });
      return roles;
    }

    private static String body(MethodTree method) {
      return method.getParameters().stream()
          .filter(parameter -> has(parameter.getModifiers(), "NotNull"))
          .map(parameter -> simple(parameter.getType()))
          .findFirst()
          .orElse(null);
    }

    private record Answer(String record, Shape shape) {}

    private static Answer answer(Tree type) {
      if (type.toString().equals("void")) {
        return new Answer(null, Shape.NOTHING);
      }
      if (type instanceof ParameterizedTypeTree generic) {
        Tree argument = generic.getTypeArguments().getFirst();
        return switch (simple(generic.getType())) {
          case "RestResponse" ->
              simple(argument).equals("Void") || argument instanceof ParameterizedTypeTree
                  ? new Answer(null, Shape.UNKNOWN)
                  : new Answer(simple(argument), Shape.ONE);
          case "Page" -> new Answer(simple(argument), Shape.PAGE);
          case "List" -> new Answer(simple(argument), Shape.LIST);
          default -> new Answer(null, Shape.UNKNOWN);
        };
      }
      return simple(type).equals("Response")
          ? new Answer(null, Shape.UNKNOWN)
          : new Answer(simple(type), Shape.ONE);
    }

    private static String simple(Tree type) {
      String name = type.toString().replaceAll("@\\S+\\s+", "");
      return name.substring(name.lastIndexOf('.') + 1);
    }

    private static boolean has(ModifiersTree modifiers, String annotation) {
      return annotation(modifiers, annotation).isPresent();
    }

    private static Optional<String> value(ModifiersTree modifiers, String annotation) {
      return annotation(modifiers, annotation)
          .map(Reader::argument)
          .map(argument -> (String) ((LiteralTree) argument).getValue());
    }

    private static Optional<? extends AnnotationTree> annotation(
        ModifiersTree modifiers, String name) {
      return modifiers.getAnnotations().stream()
          .filter(each -> simple(each.getAnnotationType()).equals(name))
          .findFirst();
    }

    private static ExpressionTree argument(AnnotationTree annotation) {
      ExpressionTree first = annotation.getArguments().getFirst();
      return first instanceof AssignmentTree assignment ? assignment.getExpression() : first;
    }
  }
}
