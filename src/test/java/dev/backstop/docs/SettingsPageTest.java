package dev.backstop.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackstopBuilder;
import dev.backstop.CacheSpec;
import dev.backstop.Policy;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The page of settings has every setting that there is, and no other. */
class SettingsPageTest {
  private static final Path PAGE = Path.of("../docs/settings.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-zA-Z]+)` \\|");

  static Object[] sections() {
    return new Object[] {
      Arguments.of("`Backstop.builder()`", BackstopBuilder.class, Set.of()),
      Arguments.of("`CacheSpec`", CacheSpec.class, Set.of()),
      Arguments.of("`Policy`, per cache or per call", Policy.class, Set.of("over")) // merges two
    };
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sections")
  void listsEverySetting(String title, Class<?> type, Set<String> others) throws Exception {
    String page = Files.readString(PAGE);
    int begin = page.indexOf("## " + title + "\n");
    assertThat(begin).isNotNegative();
    int end = page.indexOf("\n## ", begin);
    String section = page.substring(begin, end < 0 ? page.length() : end);
    Set<String> listed = new TreeSet<>();
    ROW.matcher(section).results().forEach(row -> listed.add(row.group(1)));
    Set<String> settings = new TreeSet<>();
    Arrays.stream(type.getMethods())
        .filter(method -> method.getReturnType() == type && isSetting(method))
        .map(Method::getName)
        .forEach(settings::add);
    settings.removeAll(others);
    assertThat(listed).isEqualTo(settings);
  }

  private static boolean isSetting(Method method) {
    return !Modifier.isStatic(method.getModifiers()) || method.getName().equals("ttl");
  }
}
