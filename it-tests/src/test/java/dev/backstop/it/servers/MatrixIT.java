package dev.backstop.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page on Jakarta EE lists the servers that tests start, and says of each what they do. */
class MatrixIT {
  private static final Path PAGE = Path.of("../docs/jakarta-ee.md");
  private static final Pattern ROW =
      Pattern.compile(
          "(?m)^\\| ([A-Z].*) ([0-9.]+(?:Final)?)(, with `-Pglassfish`)? \\| (\\d+) \\| (\\w+) \\| (.*)"
              + " \\| `(\\w+)` \\|$");

  record Row(String version, boolean isByProfile, String jdk, String databases) {}

  @Test
  void everyRow_isWhatAClassDoes_andNoneIsMissing() throws Exception {
    Map<String, Row> shown = new TreeMap<>();
    ROW.matcher(Files.readString(PAGE))
        .results()
        .forEach(
            row ->
                shown.put(
                    row.group(7),
                    new Row(row.group(2), row.group(3) != null, row.group(4), row.group(6))));
    assertThat(shown).isEqualTo(declared());
  }

  private static Map<String, Row> declared() throws Exception {
    Map<String, String> versions =
        Map.of(
            "WildFlyIT", "wildfly",
            "PayaraMicroIT", "payara",
            "OpenLibertyIT", "openliberty",
            "GlassFishIT", "glassfish");
    Map<String, Row> declared = new TreeMap<>();
    for (Class<?> each : classes()) {
      List<String> tags =
          Arrays.stream(each.getAnnotationsByType(Tag.class)).map(Tag::value).toList();
      declared.put(
          each.getSimpleName(),
          new Row(
              Pom.property(versions.get(each.getSimpleName()) + ".version"),
              tags.contains("glassfish"),
              tags.contains("java25") ? "25" : "17",
              databases()));
    }
    return declared;
  }

  private static String databases() {
    return Stream.of(Application.values())
        .map(each -> each.isOnH2() ? "H2" : "PostgreSQL")
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .collect(Collectors.joining(", "));
  }

  /** Those that run every check on a server. */
  private static List<Class<?>> classes() throws IOException, ClassNotFoundException {
    String folder = MatrixIT.class.getPackageName().replace('.', '/');
    List<Class<?>> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(Libraries.ownClasses().resolve(folder))) {
      for (Path file : files.filter(path -> path.toString().endsWith("IT.class")).toList()) {
        String name = file.getFileName().toString().replace(".class", "");
        Class<?> type = Class.forName(MatrixIT.class.getPackageName() + "." + name);
        if (ServerChecks.class.isAssignableFrom(type)
            && !Modifier.isAbstract(type.getModifiers())) {
          found.add(type);
        }
      }
    }
    return found;
  }
}
