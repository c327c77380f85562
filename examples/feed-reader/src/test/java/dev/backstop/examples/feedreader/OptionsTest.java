package dev.backstop.examples.feedreader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
  @Test
  void withoutArgumentsThereAreNoFeeds() {
    assertThat(options().feeds()).isEmpty();
    assertThat(options().nameWidth()).isEqualTo("harbour".length());
  }

  @Test
  void addressesAreReadOnceEach() {
    Options options =
        options("https://a.example/feed", "http://b.example/", "https://a.example/feed");

    assertThat(options.feeds())
        .map(Object::toString)
        .containsExactly("https://a.example/feed", "http://b.example/");
  }

  @Test
  void theDatabaseIsAFileInTheFolder() {
    assertThat(Options.of(new String[0], "some/../folder").jdbcUrl())
        .isEqualTo("jdbc:h2:file:" + Path.of("folder").toAbsolutePath().resolve("feeds"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "planet",
        "ftp://a.example/",
        "https:///feed",
        "https://a b/",
        "file:/a",
        "",
        "--help"
      })
  void whatIsNoAddressIsNamed(String argument) {
    assertThatThrownBy(() -> options("https://a.example/", argument))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Not the address of a feed")
        .hasMessageContaining(argument);
  }

  private static Options options(String... arguments) {
    return Options.of(arguments, "backups");
  }
}
