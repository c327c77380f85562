package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.CullReport;
import dev.backstop.Entry;
import dev.backstop.GenericType;
import dev.backstop.Policy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the tests of other caches ask, and no other test here answers: see docs/peers.md. */
class PeersQuestionsTest extends Fixture {
  private static final Policy POLICY = Policy.ttl(TTL);
  private static final Map<String, String> ODD =
      Map.of(
          "ключ", "значение",
          "naïve café", "smörgåsbord",
          "鍵 🔑", "🗝",
          "tab\tline\nfeed\r", "\t\n\r",
          "' or 1=1; --", "%_\\\"'",
          " ", "",
          "k", "small",
          "K", "large",
          "k ", "with a space",
          "../../etc/passwd", "a:b/c?d#e&f=g");

  private final Source source = new Source("v1");

  @Test
  void oddKeysAndValues_comeAndGoByEveryWay() throws Exception {
    BackedCache<String, String> cache = cache();
    ODD.forEach(cache::put);
    assertHoldsAll(cache);
    cache.removeAll(ODD.keySet());
    assertThat(ODD.keySet()).noneMatch(cache::contains);
    ODD.forEach((key, value) -> assertThat(cache.add(key, value, TTL)).isTrue());
    assertHoldsAll(cache);
    cache.clear();
    cache.putAll(ODD, TTL);
    assertHoldsAll(cache);
    assertHoldsAll(afterRestart());
  }

  private static void assertHoldsAll(BackedCache<String, String> cache) throws Exception {
    ODD.forEach((key, value) -> assertThat(cache.peek(key).orElseThrow().value()).isEqualTo(value));
    assertThat(cache.getAll(ODD.keySet(), missing -> Map.of(), POLICY)).isEqualTo(ODD);
  }

  /** Elsewhere more than 30 days are a date of 1970, or a fraction of a second is lost. */
  @Test
  void ttlsOfMonthsAndOfFractions_areTakenAsTheyAre() throws Exception {
    BackedCache<String, String> cache = cache();
    for (Duration ttl :
        List.of(Duration.ofDays(30).plusSeconds(1), Duration.ofMillis(100_200), TTL.plusNanos(1))) {
      cache.clear();
      cache.put("put", "v", ttl);
      cache.add("added", "v", ttl);
      cache.putAll(Map.of("one of many", "v"), ttl);
      cache.get("loaded", source, ttl);
      for (String key : List.of("put", "added", "one of many", "loaded")) {
        Entry<String> entry = cache.peek(key).orElseThrow();
        Duration lives = Duration.between(entry.createdAt(), entry.expiresAt());
        assertThat(lives).as(key).isBetween(ttl.minusNanos(1_000), ttl);
      }
    }
  }

  @Test
  void putAgain_replacesTheTtlToo() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.put("shorter", "v1", TTL);
    cache.put("shorter", "v2", MOMENT);
    cache.put("longer", "v1", MOMENT);
    cache.put("longer", "v2", TTL);
    clock.advance(MOMENT);
    for (boolean restarted : List.of(false, true)) {
      BackedCache<String, String> each = restarted ? afterRestart() : cache;
      assertThat(each.contains("shorter")).isFalse();
      assertThat(each.peek("longer").orElseThrow().value()).isEqualTo("v2");
    }
  }

  @Test
  void whatIsNotThere_mayBeRemovedAndExpired() {
    BackedCache<String, String> cache = cache();
    cache.remove("never there");
    cache.removeAll(List.of("never there", "nor this"));
    cache.expire("never there");
    assertThat(cache.contains("never there")).isFalse();
    assertThat(cache.add("never there", "v", TTL)).isTrue();
    assertThat(cache.contains("never there")).isTrue();
  }

  @Test
  void aDefault_isTheCallersOwn() {
    BackedCache<String, String> cache = cache();
    assertThat(cache.peek("k").map(Entry::value).orElse("default")).isEqualTo("default");
    assertThat(cache.contains("k")).isFalse(); // a default is not kept
    cache.put("k", "");
    assertThat(cache.peek("k").map(Entry::value).orElse("default")).isEmpty();
  }

  @Test
  void emptyValues_areValues() throws Exception {
    Backstop backstop = open();
    assertStays(backstop, CacheSpec.of("zero", String.class, Integer.class), 0);
    assertStays(backstop, CacheSpec.of("false", String.class, Boolean.class), false);
    assertStays(backstop, CacheSpec.of("text", String.class, String.class), "");
    assertStays(backstop, CacheSpec.of("list", String.class, new GenericType<>() {}), List.of());
    assertStays(
        backstop,
        CacheSpec.of("optional", String.class, new GenericType<Optional<String>>() {}),
        Optional.empty());
  }

  private <V> void assertStays(Backstop backstop, CacheSpec<String, V> spec, V value)
      throws Exception {
    BackedCache<String, V> cache = backstop.cache(spec);
    assertThat(cache.get("k", () -> value)).isEqualTo(value);
    assertThat(cache.contains("k")).isTrue();
    assertThat(cache.add("k", value, TTL)).isFalse();
    assertThat(cache.get("k", () -> fail())).isEqualTo(value);
    assertThat(open().cache(spec).peek("k").orElseThrow().value()).isEqualTo(value);
  }

  private static <V> V fail() {
    throw new AssertionError("It was there");
  }

  @Test
  void bytes_comeBackAsTheyWere() throws Exception {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    CacheSpec<String, byte[]> spec = CacheSpec.of("bytes", String.class, byte[].class);
    BackedCache<String, byte[]> cache = open().cache(spec);
    cache.put("put", all);
    cache.add("added", all, TTL);
    cache.putAll(Map.of("one of many", all), TTL);
    cache.get("loaded", () -> all);
    closeAll();
    for (String key : List.of("put", "added", "one of many", "loaded")) {
      assertThat(open().cache(spec).peek(key).orElseThrow().value()).isEqualTo(all);
    }
  }

  @Test
  void aNullOfTheSource_isNotThere() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.put("k", "v");
    cache.expire("k");
    source.answer(null);
    assertThat(cache.get("k", source)).isNull();
    assertThat(cache.contains("k")).isFalse();
    assertThat(cache.get("k", source)).isNull();
    assertThat(source.calls()).isEqualTo(2); // it is not remembered as an answer
    assertThat(cache.add("k", "added", TTL)).isTrue();
  }

  @Test
  void ofManyKeys_thoseThatTheSourceDoesNotKnowAreAbsent_andAskedForAgain() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.put("a", "a=put");
    BulkSource many = new BulkSource();
    many.leaveOut("x", "y");
    Map<String, String> expected = new HashMap<>(Map.of("a", "a=put", "b", "b=v1"));
    for (int round = 1; round <= 2; round++) {
      assertThat(cache.getAll(List.of("a", "x", "b", "y"), many, POLICY)).isEqualTo(expected);
    }
    assertThat(many.calls()).containsExactly(List.of("x", "b", "y"), List.of("x", "y"));
  }

  @Test
  void clear_forgetsAllAndTakesNewOnesAtOnce() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.putAll(Map.of("a", "v1", "b", "v1"), TTL);
    cache.clear();
    cache.clear();
    assertThat(cache.contains("a")).isFalse();
    cache.put("a", "v2");
    for (boolean restarted : List.of(false, true)) {
      BackedCache<String, String> each = restarted ? afterRestart() : cache;
      assertThat(each.peek("a").orElseThrow().value()).isEqualTo("v2");
      assertThat(each.peek("b")).isEmpty();
    }
  }

  @Test
  void anEmptyTable_isCulledWithoutAFuss() {
    try (Backstop backstop = open()) {
      backstop.cache(CacheSpec.of("feeds", String.class, String.class).maxBackups(1));
      assertThat(backstop.cullPreview()).isEqualTo(new CullReport(0, 0, 0, 0));
      assertThat(backstop.cullNow()).isEqualTo(new CullReport(0, 0, 0, 0));
    }
  }
}
