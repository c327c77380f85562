package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.backstop.BackedCache;
import dev.backstop.Entry;
import dev.backstop.Origin;
import dev.backstop.Policy;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts as keys: any script, any length, and the few that no database could store. */
class KeysTest extends Fixture {
  private static final int LONGEST_AS_IT_IS = 511;
  private static final List<Integer> LENGTHS = List.of(1, 2, 511, 512, 513, 100_000);
  private static final Policy POLICY = Policy.ttl(TTL);

  private final Source source = new Source("v");

  static Stream<Arguments> scripts() {
    return Stream.of(
        Arguments.of("Latin", "Straße café "),
        Arguments.of("Chinese", "后备缓存替补"),
        Arguments.of("surrogate pairs", "😀𝒳🇺🇳"),
        Arguments.of("surrogate pairs from the second unit on", "x" + "😀".repeat(50_000)),
        Arguments.of("a pair where the text is cut", "x".repeat(446) + "😀" + "x".repeat(100_000)),
        Arguments.of("a pair behind the cut", "x".repeat(448) + "😀" + "x".repeat(100_000)),
        Arguments.of("Arabic", "النسخة الاحتياطية "),
        Arguments.of("combining characters", "e\u0301a\u0308n\u0303"),
        Arguments.of("what SQL and LIKE and JSON quote", "'\"\\%_;--[]{}\t\n\u007f\u0001"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("scripts")
  void keyOfAnyLengthInAnyScript_survivesARestart(String name, String pattern) throws Exception {
    Map<String, String> values = new LinkedHashMap<>();
    for (int length : LENGTHS) {
      String key = ofLength(length, pattern);
      values.put(key, "value of " + key.length());
    }
    BackedCache<String, String> cache = cache();
    for (Map.Entry<String, String> each : values.entrySet()) {
      cache.get(each.getKey(), each::getValue);
    }
    checkThatAllStandInAfterARestart(values);
    for (Map.Entry<String, String> each : values.entrySet()) {
      assertThat(storedTextOf(each.getKey())).isEqualTo(expectedTextOf(each.getKey()));
    }
  }

  @Test
  void longKeysThatDifferOnlyAtTheirEnd_areTwoKeys() throws Exception {
    String start = "k".repeat(99_999);
    checkRoundTrip(Map.of(start + "1", "one", start + "2", "two", start, "neither"));
  }

  @Test
  void keyThatLooksLikeAShortenedOne_isAnotherKey() throws Exception {
    String longKey = "k".repeat(600);
    String shortened = expectedTextOf(longKey);
    assertThat(shortened).hasSize(512);
    checkRoundTrip(Map.of(longKey, "long", shortened, "its text"));
  }

  @Test
  void composedAndDecomposedCharacters_areTwoKeys() throws Exception {
    checkRoundTrip(Map.of("caf\u00e9", "composed", "cafe\u0301", "decomposed", "CAF\u00c9", "E"));
  }

  @Test
  void emptyKeyAndKeysThatDifferInSpacesOnly_areAllKeys() throws Exception {
    checkRoundTrip(
        Map.of("", "empty", " ", "one", "  ", "two", "k", "bare", "k ", "after", " k", "before"));
  }

  private void checkRoundTrip(Map<String, String> values) throws Exception {
    BackedCache<String, String> cache = cache();
    for (Map.Entry<String, String> each : values.entrySet()) {
      cache.get(each.getKey(), each::getValue);
    }
    checkThatAllStandInAfterARestart(values);
  }

  private void checkThatAllStandInAfterARestart(Map<String, String> values) throws Exception {
    assertThat(ask("select count(*) from backstop_backup")).isEqualTo("" + values.size());
    BackedCache<String, String> restarted = afterRestart();
    pastTtl();
    source.fail();
    for (Map.Entry<String, String> each : values.entrySet()) {
      Entry<String> entry = restarted.entry(each.getKey(), source, POLICY);
      assertThat(entry.value()).isEqualTo(each.getValue());
      assertThat(entry.origin()).isEqualTo(Origin.STAND_IN);
    }
  }

  /** The pattern, again and again, cut so that no surrogate pair is. */
  private static String ofLength(int length, String pattern) {
    String text = pattern.repeat(length / pattern.length() + 1).substring(0, length);
    boolean cutsPair = Character.isHighSurrogate(text.charAt(length - 1));
    return cutsPair ? text.substring(0, length - 1) + "." : text;
  }

  /** What people see in SQL: the text, or its beginning and its SHA-256. */
  private static String expectedTextOf(String key) {
    if (key.length() <= LONGEST_AS_IT_IS) {
      return key;
    }
    String hash = "#" + sha256(key);
    String start = key.substring(0, 512 - hash.length());
    return Character.isHighSurrogate(start.charAt(start.length() - 1))
        ? start.substring(0, start.length() - 1) + "#" + hash
        : start + hash;
  }

  private static String storedTextOf(String key) throws SQLException {
    return ask(
        "select cache_key from backstop_backup where cache_name = 'feeds' and cache_key = ?",
        expectedTextOf(key));
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** One call of every method that takes a key. */
  private interface Call {
    void make(BackedCache<String, String> cache, String key) throws Exception;
  }

  private final Map<String, Call> calls = new LinkedHashMap<>();

  {
    calls.put("get", (cache, key) -> cache.get(key, source));
    calls.put("get with ttl", (cache, key) -> cache.get(key, source, TTL));
    calls.put("get with policy", (cache, key) -> cache.get(key, source, POLICY));
    calls.put("entry", (cache, key) -> cache.entry(key, source, POLICY));
    calls.put("peek", (cache, key) -> cache.peek(key));
    calls.put("stamp", (cache, key) -> cache.stamp(key));
    calls.put("contains", (cache, key) -> cache.contains(key));
    calls.put("put", (cache, key) -> cache.put(key, "bad"));
    calls.put("put with ttl", (cache, key) -> cache.put(key, "bad", TTL));
    calls.put("put with asOf", (cache, key) -> cache.put(key, "bad", TTL, Instant.EPOCH));
    calls.put("add", (cache, key) -> cache.add(key, "bad", Duration.ofHours(1)));
    calls.put("expire", (cache, key) -> cache.expire(key));
    calls.put("remove", (cache, key) -> cache.remove(key));
  }

  static Stream<Arguments> refused() {
    String longText = "k".repeat(100_000);
    return Stream.of(
        Arguments.of("NUL at the start", "\0key", "\"\\u0000key\" with \\u0000 at index 0"),
        Arguments.of("NUL inside", "k\0ey", "\"k\\u0000ey\" with \\u0000 at index 1"),
        Arguments.of("NUL at the end", "key\0", "\"key\\u0000\" with \\u0000 at index 3"),
        Arguments.of("NUL alone", "\0", "\\u0000 at index 0"),
        Arguments.of("NUL far behind", longText + "\0", "kkkk…\" with \\u0000 at index 100000"),
        Arguments.of("high at the start", "\ud83dkey", "\"\\ud83dkey\" with \\ud83d at index 0"),
        Arguments.of("high inside", "k\ud83dey", "\"k\\ud83dey\" with \\ud83d at index 1"),
        Arguments.of("high at the end", "key\ud83d", "\"key\\ud83d\" with \\ud83d at index 3"),
        Arguments.of("low at the start", "\ude00key", "\"\\ude00key\" with \\ude00 at index 0"),
        Arguments.of("low inside", "k\ude00ey", "\"k\\ude00ey\" with \\ude00 at index 1"),
        Arguments.of("low at the end", "key\ude00", "\"key\\ude00\" with \\ude00 at index 3"),
        Arguments.of("two highs", "\ud83d\ud83d\ude00", "\\ud83d at index 0"),
        Arguments.of("two lows", "\ud83d\ude00\ude00", "\\ude00 at index 2"),
        Arguments.of("a pair the wrong way round", "\ude00\ud83d", "\\ude00 at index 0"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void textThatNoDatabaseCanStore_isRefusedAndTouchesNoTier(String name, String key, String message)
      throws Exception {
    for (Throwable failure : failuresOfAllCalls(key)) {
      assertThat(failure)
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("key must hold neither NUL nor a lone surrogate, was \"")
          .hasMessageContaining(message);
      assertThat(failure.getMessage()).hasSizeLessThan(400);
    }
  }

  @Test
  void nullAsKey_isRefusedAndTouchesNoTier() throws Exception {
    for (Throwable failure : failuresOfAllCalls(null)) {
      assertThat(failure)
          .isExactlyInstanceOf(NullPointerException.class)
          .hasMessage("key must not be null");
    }
  }

  @Test
  @SuppressWarnings({"unchecked", "rawtypes"})
  void keyOfAnotherTypeThroughARawReference_isRefusedAndTouchesNoTier() throws Exception {
    BackedCache<String, String> cache = cacheWithOneKey();
    BackedCache raw = cache;
    List<Throwable> failures = new ArrayList<>();
    failures.add(catchThrowable(() -> raw.get(5, source)));
    failures.add(catchThrowable(() -> raw.get(5, source, TTL)));
    failures.add(catchThrowable(() -> raw.get(5, source, POLICY)));
    failures.add(catchThrowable(() -> raw.entry(5, source, POLICY)));
    failures.add(catchThrowable(() -> raw.peek(5)));
    failures.add(catchThrowable(() -> raw.stamp(5)));
    failures.add(catchThrowable(() -> raw.contains(5)));
    failures.add(catchThrowable(() -> raw.put(5, "bad")));
    failures.add(catchThrowable(() -> raw.put(5, "bad", TTL)));
    failures.add(catchThrowable(() -> raw.put(5, "bad", TTL, Instant.EPOCH)));
    failures.add(catchThrowable(() -> raw.add(5, "bad", TTL)));
    failures.add(catchThrowable(() -> raw.expire(5)));
    failures.add(catchThrowable(() -> raw.remove(5)));
    assertThat(failures)
        .hasSize(calls.size())
        .allSatisfy(
            failure ->
                assertThat(failure)
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage("key must be a java.lang.String, was 5, a java.lang.Integer"));
    checkThatNothingChanged(cache);
  }

  private List<Throwable> failuresOfAllCalls(String key) throws Exception {
    BackedCache<String, String> cache = cacheWithOneKey();
    List<Throwable> failures = new ArrayList<>();
    calls.forEach(
        (name, call) -> {
          Throwable failure = catchThrowable(() -> call.make(cache, key));
          assertThat(failure).as(name).isNotNull();
          failures.add(failure);
        });
    checkThatNothingChanged(cache);
    return failures;
  }

  private BackedCache<String, String> cacheWithOneKey() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("other", source);
    source.fail(); // so that a call of it would show
    database.forgetStatements();
    return cache;
  }

  private void checkThatNothingChanged(BackedCache<String, String> cache) throws Exception {
    assertThat(database.statements()).isEmpty();
    assertThat(source.calls()).isEqualTo(1);
    assertThat(ask("select count(*) from backstop_backup")).isEqualTo("1");
    assertThat(cache.entry("other", source, POLICY).origin()).isEqualTo(Origin.FAST);
  }
}
