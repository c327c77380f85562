package dev.backstop.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackstopBuilder;
import dev.backstop.CacheSpec;
import dev.backstop.Policy;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the code can set and a text can hold is a setting. */
class SettingsTest {
  private static final Set<Class<?>> TEXTS =
      Set.of(
          String.class,
          int.class,
          long.class,
          double.class,
          boolean.class,
          Duration.class,
          Path.class,
          URI.class,
          String[].class);

  /** But for the prefixes, which have dots. */
  private static final Pattern NAME = Pattern.compile("`([a-z-]+)`");

  static Object[] kinds() {
    return new Object[] {
      Arguments.of(BackstopBuilder.class, Settings.BACKSTOP, Set.of()),
      Arguments.of(CacheSpec.class, Settings.CACHE, Set.of("ttl")), // which is the policy's
      Arguments.of(Policy.class, Settings.POLICY, Set.of())
    };
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kinds")
  void everyTextIsASetting(Class<?> type, List<Setting<?, ?>> settings, Set<String> others) {
    Set<String> expected = new TreeSet<>();
    Arrays.stream(type.getMethods())
        .filter(method -> method.getReturnType() == type && isOfText(method))
        .filter(method -> !others.contains(method.getName()))
        .forEach(method -> expected.add(kebab(method.getName())));
    assertThat(settings.stream().map(Setting::name)).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void pageOfSettings_hasTheirNames() throws IOException {
    String page = Files.readString(Path.of("../docs/settings.md"));
    String section = page.substring(page.indexOf("## Outside of the code"));
    List<List<String>> rows =
        section
            .lines()
            .filter(line -> line.startsWith("| `backstop."))
            .map(row -> NAME.matcher(row).results().map(name -> name.group(1)).toList())
            .toList();
    assertThat(rows).hasSize(3);
    assertThat(rows.get(0))
        .containsExactlyInAnyOrderElementsOf(
            names(Settings.BACKSTOP, "data-source", "codec", "transactions", "change-notes"));
    assertThat(rows.get(1)).containsExactlyInAnyOrderElementsOf(names(Settings.CACHE, "codec"));
    assertThat(rows.get(2)).containsExactlyInAnyOrderElementsOf(names(Settings.POLICY));
  }

  private static List<String> names(List<? extends Setting<?, ?>> settings, String... others) {
    return Stream.concat(settings.stream().map(Setting::name), Stream.of(others)).toList();
  }

  private static boolean isOfText(Method method) {
    return method.getParameterCount() == 1
        && (TEXTS.contains(method.getParameterTypes()[0]) || method.getParameterTypes()[0].isEnum())
        && (!Modifier.isStatic(method.getModifiers()) || method.getName().equals("ttl"));
  }

  private static String kebab(String camel) {
    return camel.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
