package dev.backstop.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documents show code that compiles and runs, and links lead somewhere. */
class DocumentsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern REGION =
      Pattern.compile("// region ([a-z-]+)\\n(.*?)// endregion", Pattern.DOTALL);
  private static final Pattern SNIPPET =
      Pattern.compile("<!-- snippet ([a-z-]+) -->\\n```java\\n(.*?)```", Pattern.DOTALL);

  /** {@code FirstAnswerIT} compiles and runs these. */
  private static final Pattern FILE = Pattern.compile("(?m)^<!-- file \\S+\\.java -->\\n```java$");

  private static final Pattern JAVA = Pattern.compile("(?m)^```java$");
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))#(\\w+)`");
  private static final Pattern HEAD_OF_TABLE = Pattern.compile("(?m)^\\|.*\\n\\| ---.*\\n");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

  @Test
  void everySnippetIsARegionOfACompiledTest() throws IOException {
    Map<String, String> regions = regions();
    int shown = 0;
    for (Path document : documents()) {
      String text = Files.readString(document);
      Matcher snippet = SNIPPET.matcher(text);
      int checked = 0;
      while (snippet.find()) {
        checked++;
        assertThat(regions.get(snippet.group(1)))
            .as("region " + snippet.group(1) + " of " + document.getFileName())
            .isEqualTo(snippet.group(2));
      }
      assertThat(checked)
          .as("every ```java of " + document.getFileName() + " is a snippet, or a file")
          .isEqualTo(
              (int) (JAVA.matcher(text).results().count() - FILE.matcher(text).results().count()));
      shown += checked;
    }
    assertThat(shown).isGreaterThanOrEqualTo(4);
  }

  @Test
  void everyLinkLeadsToAFile() throws IOException {
    for (Path document : documents()) {
      Matcher link = LINK.matcher(Files.readString(document));
      while (link.find()) {
        assertThat(document.resolveSibling(link.group(1)))
            .as("link in " + document.getFileName())
            .exists();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "docs/reliability.md, 55, '# '",
    "docs/peers.md, 35, '# '",
    "docs/annotations.md, 25, '| rule of JSR-107 |'",
  })
  void everyRowNamesATestThatIsThere(String page, int rowsAtLeast, String from) throws IOException {
    Map<String, String> tests = tests();
    String whole = Files.readString(ROOT.resolve(page));
    assertThat(whole).contains(from);
    String text = HEAD_OF_TABLE.matcher(whole.substring(whole.indexOf(from))).replaceAll("");
    List<String> rows =
        text.lines()
            .filter(line -> line.startsWith("| "))
            .filter(line -> !line.contains(" | see [")) // another page says it
            .toList();
    assertThat(rows).hasSizeGreaterThan(rowsAtLeast);
    for (String row : rows) {
      Matcher test = TEST.matcher(row);
      int named = 0;
      while (test.find()) {
        named++;
        assertThat(tests.get(test.group(1))).as(row).contains(" void " + test.group(2) + "(");
      }
      assertThat(named).as(row).isPositive();
    }
  }

  /** The source of every test class of the library and of the integration tests, by its name. */
  private static Map<String, String> tests() throws IOException {
    Map<String, String> tests = new TreeMap<>();
    for (String folder : List.of("src/test/java", "it-tests/src/test/java")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          String name = file.getFileName().toString();
          tests.put(name.substring(0, name.length() - 5), Files.readString(file));
        }
      }
    }
    return tests;
  }

  private static Map<String, String> regions() throws IOException {
    Map<String, String> regions = new TreeMap<>();
    for (String test :
        new String[] {"SnippetsTest", "JakartaTest", "AnnotationsTest", "NotedSnippetsTest"}) {
      addRegions(regions, Path.of("test/java/dev/backstop/docs/" + test + ".java"));
    }
    Path cluster = ROOT.resolve("it-tests/src/test/java/dev/backstop/it/cluster");
    addRegions(regions, cluster.resolve("HazelcastTierIT.java"));
    addRegions(regions, cluster.resolve("TerracottaIT.java"));
    return regions;
  }

  private static void addRegions(Map<String, String> regions, Path test) throws IOException {
    Matcher region = REGION.matcher(Files.readString(test));
    while (region.find()) {
      regions.put(region.group(1), region.group(2).stripTrailing().stripIndent() + "\n");
    }
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs)
          .filter(path -> path.toString().endsWith(".md"))
          .collect(Collectors.toList());
    }
  }
}
