package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Entry;
import dev.backstop.Origin;
import dev.backstop.Policy;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys that are no texts: each type that has a canonical text, and those that have none. */
class KeyTypesTest extends Fixture {
  private final Source source = new Source("v1");

  /** Its constants have classes of their own, and show as something else than their names. */
  enum Level {
    LOW {
      @Override
      public String toString() {
        return "not so high";
      }
    },
    HIGH {
      @Override
      public String toString() {
        return "not so low";
      }
    }
  }

  record Plain(
      boolean b, byte y, short s, int i, long l, float f, double d, char c, String t, UUID u) {}

  record Boxed(Boolean b, Byte y, Short s, Integer i, Long l, Float f, Double d, Character c) {}

  record Page(String feed, int number) {}

  record Shown(Page page, Level level, Page other) {}

  record Nothing() {}

  /** A record of those, though it is made of itself. */
  record Path(String name, Path parent) {}

  record Unknown(String name, List<String> tags) {}

  record HidesUnknown(int number, Unknown inside) {}

  private static final UUID ID = UUID.fromString("0b5e1a80-65b8-4b8b-9d0e-3a1f6f0c1d2e");

  static Stream<Arguments> keys() {
    return Stream.of(
        Arguments.of(Boolean.class, true, "true", false),
        Arguments.of(Byte.class, (byte) -128, "-128", (byte) 127),
        Arguments.of(Short.class, (short) -1, "-1", (short) 1),
        Arguments.of(Integer.class, Integer.MIN_VALUE, "-2147483648", Integer.MAX_VALUE),
        Arguments.of(Long.class, Long.MIN_VALUE, "-9223372036854775808", Long.MAX_VALUE),
        Arguments.of(Float.class, 0.1f, "0.1", Float.NaN),
        Arguments.of(Double.class, -0.0, "-0.0", 0.0),
        Arguments.of(Character.class, '\'', "'", '"'),
        Arguments.of(String.class, "planet", "planet", "Planet"),
        Arguments.of(UUID.class, ID, ID.toString(), new UUID(0, 0)),
        Arguments.of(Level.class, Level.LOW, "LOW", Level.HIGH),
        Arguments.of(Page.class, new Page("planet", 5), "[\"planet\",5]", new Page("planet", 6)),
        Arguments.of(Page.class, new Page(null, 5), "[null,5]", new Page("null", 5)),
        Arguments.of(
            Plain.class,
            new Plain(true, (byte) 1, (short) 2, 3, 4, 5.5f, 6.5, '7', "8", ID),
            "[true,1,2,3,4,5.5,6.5,\"7\",\"8\",\"" + ID + "\"]",
            new Plain(true, (byte) 1, (short) 2, 3, 4, 5.5f, 6.5, '7', "9", ID)),
        Arguments.of(
            Boxed.class,
            new Boxed(null, null, null, null, null, null, null, null),
            "[null,null,null,null,null,null,null,null]",
            new Boxed(true, (byte) 1, (short) 2, 3, 4L, 5f, 6.0, '7')),
        Arguments.of(
            Shown.class,
            new Shown(new Page("a", 1), Level.HIGH, null),
            "[[\"a\",1],\"HIGH\",null]",
            new Shown(null, Level.HIGH, new Page("a", 1))),
        Arguments.of(Nothing.class, new Nothing(), "[]", null),
        Arguments.of(
            Path.class,
            new Path("leaf", new Path("root", null)),
            "[\"leaf\",[\"root\",null]]",
            new Path("leaf", null)));
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("keys")
  <K> void typeWithText_survivesARestart(Class<K> type, K key, String text, K other)
      throws Exception {
    CacheSpec<K, String> spec = CacheSpec.of("typed", type, String.class).ttl(TTL);
    try (Backstop backstop = open()) {
      BackedCache<K, String> cache = backstop.cache(spec);
      cache.get(key, source);
      if (other != null) {
        cache.get(other, () -> "of the other");
      }
    }
    checkThatItStandsIn(spec, key, text);
  }

  @Test
  void typeWithKeyText_survivesARestart() throws Exception {
    CacheSpec<BigDecimal, String> spec =
        CacheSpec.of("typed", BigDecimal.class, String.class)
            .keyText(number -> number.stripTrailingZeros().toPlainString());
    try (Backstop backstop = open()) {
      backstop.cache(spec).get(new BigDecimal("1.50"), source);
    }
    checkThatItStandsIn(spec, new BigDecimal("1.50"), "1.5");
  }

  @Test
  void keyTextOfATypeThatHasOne_goesFirst() throws Exception {
    CacheSpec<Level, String> spec =
        CacheSpec.of("typed", Level.class, String.class)
            .keyText(level -> "level of " + level.name());
    try (Backstop backstop = open()) {
      backstop.cache(spec).get(Level.HIGH, source);
    }
    checkThatItStandsIn(spec, Level.HIGH, "level of HIGH");
  }

  private <K> void checkThatItStandsIn(CacheSpec<K, String> spec, K key, String text)
      throws SQLException, java.io.IOException {
    pastTtl();
    source.fail();
    Entry<String> entry = open().cache(spec).entry(key, source, Policy.unset());
    assertThat(entry.value()).isEqualTo("v1");
    assertThat(entry.origin()).isEqualTo(Origin.STAND_IN);
    assertThat(
            ask(
                "select count(*) from backstop_backup where cache_name = 'typed' and cache_key = ?",
                text))
        .isEqualTo("1");
  }

  @Test
  void primitiveClassAsKeyType_isTheBoxedType() throws Exception {
    BackedCache<Integer, String> cache =
        open().cache(CacheSpec.of("typed", int.class, String.class));
    assertThat(cache.get(5, source)).isEqualTo("v1");
    assertThat(cache.peek(5)).isPresent();
  }

  @Test
  void typeWithoutText_isRefusedWhenTheCacheIsMade() {
    Backstop backstop = open();
    database.forgetStatements();
    for (Class<?> type :
        List.of(BigDecimal.class, Object.class, List.class, byte[].class, Number.class)) {
      assertThatThrownBy(() -> backstop.cache(CacheSpec.of("typed", type, String.class)))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("keyType must be")
          .hasMessageContaining("keyText")
          .hasMessageEndingWith("was " + type.getName());
    }
    for (Class<?> type : List.of(Unknown.class, HidesUnknown.class)) {
      assertThatThrownBy(() -> backstop.cache(CacheSpec.of("typed", type, String.class)))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("keyType must be")
          .hasMessageContaining("was " + type.getName())
          .hasMessageEndingWith("with a component of java.util.List");
    }
    assertThat(database.statements()).isEmpty();
    // And the name is still free.
    assertThat(backstop.cache(CacheSpec.of("typed", UUID.class, String.class)).peek(ID)).isEmpty();
  }

  @Test
  void textInsideARecordThatNoDatabaseCanStore_isRefused() {
    BackedCache<Page, String> cache = open().cache(CacheSpec.of("typed", Page.class, String.class));
    database.forgetStatements();
    for (String bad : List.of("a\0", "\ud83d", "\ude00")) {
      assertThatThrownBy(() -> cache.get(new Page(bad, 1), source))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("key must hold neither NUL nor a lone surrogate");
    }
    assertThat(database.statements()).isEmpty();
    assertThat(source.calls()).isZero();
  }

  @Test
  void keyTextThatReturnsNull_isRefused() {
    BackedCache<Page, String> cache =
        open().cache(CacheSpec.of("typed", Page.class, String.class).keyText(page -> page.feed()));
    assertThatThrownBy(() -> cache.get(new Page(null, 1), source))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("keyText must not return null, for key Page[feed=null, number=1]");
    assertThat(source.calls()).isZero();
  }
}
