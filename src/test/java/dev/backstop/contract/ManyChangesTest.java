package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupFilter;
import dev.backstop.BackupUnavailableException;
import dev.backstop.CacheSpec;
import dev.backstop.Durability;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Logged;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code expireAll} and {@code removeAll}, whichever way their keys are meant. */
class ManyChangesTest extends Fixture {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final BackupFilter AN_A = BackupFilter.keyPrefix("a");

  private final Source source = new Source("loaded");

  /** Three ways to mean every key that begins with an a. */
  static Stream<BackupFilter> ways() {
    return Stream.of(
        AN_A,
        BackupFilter.sql(
            "b.cache_key like :begin and b.expires_at is not null", Map.of("begin", "a%")),
        BackupFilter.jpql(
            "b.cacheKey like :begin and b.expiresAt is not null", Map.of("begin", "a%")));
  }

  /** Those that ask the table. */
  static Stream<BackupFilter> conditions() {
    return ways().skip(1);
  }

  private static BackedCache<String, String> filled(BackedCache<String, String> cache) {
    cache.putAll(Map.of("a1", "v", "a2", "v", "b1", "v"), TTL);
    return cache;
  }

  private static long rows(String where) {
    try {
      return Long.parseLong(ask("select count(*) from backstop_backup where " + where));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private String standIn(BackedCache<String, String> cache, String key) throws Exception {
    return cache.entry(key, Source.failing(), Policy.unset()).value();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void expireAll_endsTheirFreshnessInEveryTier_andTheyStandIn(BackupFilter which) throws Exception {
    BackedCache<String, String> cache = filled(cache());
    assertThat(cache.expireAll(which)).isEqualTo(2);
    for (boolean restarted : List.of(false, true)) {
      BackedCache<String, String> each = restarted ? afterRestart() : cache;
      assertThat(List.of("a1", "a2")).noneMatch(each::contains);
      assertThat(each.contains("b1")).isTrue();
      assertThat(standIn(each, "a1")).isEqualTo("v");
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void expireAll_endsAStandIn(BackupFilter which) throws Exception {
    BackedCache<String, String> cache = filled(cache());
    pastTtl();
    assertThat(standIn(cache, "a1")).isEqualTo("v");
    assertThat(standIn(cache, "b1")).isEqualTo("v");
    cache.expireAll(which);
    assertThat(cache.get("a1", source)).isEqualTo("loaded");
    assertThat(cache.get("b1", source)).isEqualTo("v");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void removeAll_forgetsThemInEveryTier(BackupFilter which) throws Exception {
    BackedCache<String, String> cache = filled(cache());
    assertThat(cache.removeAll(which)).isEqualTo(2);
    assertThat(rows("blob is null and cache_key in ('a1', 'a2')")).isEqualTo(2); // tombstones
    for (boolean restarted : List.of(false, true)) {
      BackedCache<String, String> each = restarted ? afterRestart() : cache;
      assertThat(List.of("a1", "a2")).noneMatch(key -> each.peek(key).isPresent());
      assertThat(catchThrowable(() -> standIn(each, "a1"))).hasMessage("The source is down");
      assertThat(each.contains("b1")).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void whatHasNoValue_isNotCounted(BackupFilter which) throws Exception {
    BackedCache<String, String> cache = filled(cache());
    cache.remove("a1");
    cache.expire("a3"); // a row, and no value
    cache = afterRestart();
    assertThat(cache.removeAll(which)).isEqualTo(1);
    assertThat(cache.removeAll(which)).isZero();
    filled(cache).clear();
    assertThat(cache.removeAll(which)).isZero();
    assertThat(rows("cache_key = 'a2' and blob is null")).isZero(); // dead already
  }

  @ParameterizedTest
  @MethodSource("ways")
  void onlyTheTableKnowsThem_theyAreChangedThere(BackupFilter which) throws Exception {
    filled(cache());
    BackedCache<String, String> cache = afterRestart();
    assertThat(cache.expireAll(which)).isEqualTo(2);
    assertThat(List.of("a1", "a2")).noneMatch(cache::contains);
    assertThat(cache.removeAll(which)).isEqualTo(2);
    assertThat(rows("blob is not null")).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void otherCachesAndNamespaces_areLeftAlone(BackupFilter which) throws Exception {
    Backstop none = open();
    Backstop shop = open(builder -> builder.namespace("shop"));
    filled(cache(none));
    filled(none.cache(CacheSpec.of("feed", String.class, String.class)));
    filled(cache(shop));
    assertThat(cache(shop).removeAll(which)).isEqualTo(2);
    assertThat(rows("blob is null")).isEqualTo(2);
    assertThat(rows("blob is null and cache_name = 'shop:feeds'")).isEqualTo(2);
    assertThat(cache(none).removeAll(which)).isEqualTo(2);
    assertThat(rows("blob is null and cache_name = 'feeds'")).isEqualTo(2);
    assertThat(rows("blob is null")).isEqualTo(4);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aCopiedCache_isNoException(BackupFilter which) {
    BackedCache<String, String> cache =
        filled(open().cache(CacheSpec.of("feeds", String.class, String.class).ttl(TTL).copied()));
    assertThat(cache.expireAll(which)).isEqualTo(2);
    assertThat(cache.contains("a1")).isFalse();
    assertThat(cache.removeAll(which)).isEqualTo(2);
    assertThat(cache.peek("a1")).isEmpty();
    assertThat(cache.contains("b1")).isTrue();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aLoadUnderWay_loses(BackupFilter which) throws Exception {
    BackedCache<String, String> cache = filled(cache());
    cache.expireAll(which);
    Gate gate = new Gate();
    Started<String> load = Threads.start(() -> cache.get("a1", () -> held(gate, "too old")));
    gate.awaitEntered();
    assertThat(cache.removeAll(which)).isEqualTo(2);
    assertThat(cache.get("a1", source)).isEqualTo("loaded"); // it did not join
    cache.removeAll(which);
    gate.open();
    assertThat(load.join()).isEqualTo("too old");
    assertThat(cache.peek("a1")).isEmpty();
    assertThat(afterRestart().peek("a1")).isEmpty();
  }

  private static String held(Gate gate, String value) throws InterruptedException {
    gate.enter();
    return value;
  }

  @Test
  void keyPrefix_meansALoadUnderWayOfAKeyThatHasNoBackup() throws Exception {
    BackedCache<String, String> cache = cache();
    Gate gate = new Gate();
    Started<String> load = Threads.start(() -> cache.get("a1", () -> held(gate, "too old")));
    gate.awaitEntered();
    assertThat(cache.removeAll(AN_A)).isEqualTo(1);
    gate.open();
    assertThat(load.join()).isEqualTo("too old");
    assertThat(cache.peek("a1")).isEmpty();
    assertThat(afterRestart().peek("a1")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aLoadUnderWayOnAnotherNode_losesIfItsKeyHasABackup(BackupFilter which) throws Exception {
    BackedCache<String, String> here = filled(cache());
    BackedCache<String, String> there = cache();
    Gate gate = new Gate();
    Started<String> load = Threads.start(() -> there.get("a1", () -> held(gate, "too old")));
    gate.awaitEntered();
    here.removeAll(which);
    gate.open();
    assertThat(load.join()).isEqualTo("too old");
    assertThat(there.peek("a1")).isEmpty();
    assertThat(rows("cache_key = 'a1' and blob is null")).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("conditions")
  void whatIsPutWhileItGoesOn_stays(BackupFilter which) throws Exception {
    filled(cache());
    BackedCache<String, String> cache = afterRestart();
    Gate selected = new Gate();
    database.holdNextAnswer("expires_at", selected); // of the conditions
    Started<Long> removal = Threads.start(() -> cache.removeAll(which));
    selected.awaitEntered();
    cache.put("a1", "new");
    selected.open();
    removal.join();
    assertThat(cache.entry("a1", source, Policy.unset()).origin()).isEqualTo(Origin.FAST);
    assertThat(cache.peek("a1").orElseThrow().value()).isEqualTo("new");
    assertThat(cache.peek("a2")).isEmpty();
    assertThat(afterRestart().peek("a1").orElseThrow().value()).isEqualTo("new");
  }

  @ParameterizedTest
  @MethodSource("conditions")
  void whatIsPutWhileTheyAreExpired_isFresh(BackupFilter which) throws Exception {
    filled(cache());
    BackedCache<String, String> cache = afterRestart();
    Gate selected = new Gate();
    database.holdNextAnswer("expires_at", selected);
    Started<Long> expiry = Threads.start(() -> cache.expireAll(which));
    selected.awaitEntered();
    cache.put("a1", "new");
    selected.open();
    expiry.join();
    assertThat(cache.peek("a1").orElseThrow().origin()).isEqualTo(Origin.FAST);
    assertThat(cache.contains("a2")).isFalse();
    assertThat(afterRestart().contains("a1")).isTrue();
  }

  @ParameterizedTest
  @MethodSource("conditions")
  void whatFillsTheFastTierWhileItGoesOn_isMet(BackupFilter which) throws Exception {
    filled(cache());
    BackedCache<String, String> cache = afterRestart();
    Gate selected = new Gate();
    database.holdNextAnswer("expires_at", selected); // of the conditions
    Started<Long> removal = Threads.start(() -> cache.removeAll(which));
    selected.awaitEntered();
    assertThat(cache.peek("a1").orElseThrow().origin()).isEqualTo(Origin.BACKUP);
    assertThat(cache.peek("a1").orElseThrow().origin()).isEqualTo(Origin.FAST);
    selected.open();
    removal.join();
    assertThat(cache.peek("a1")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void whatIsQueued_isMet(BackupFilter which) throws Exception {
    BackedCache<String, String> cache =
        open(builder -> builder.durability(Durability.ASYNC))
            .cache(CacheSpec.of("feeds", String.class, String.class).ttl(TTL).heapEntries(1));
    Gate writing = new Gate();
    database.holdNextAnswer("backstop_backup", writing);
    cache.put("held", "v");
    writing.awaitEntered();
    filled(cache);
    Started<Long> removal = Threads.start(() -> cache.removeAll(which));
    Threads.awaitWaiting(removal.thread());
    writing.open();
    assertThat(removal.join()).isEqualTo(2);
    assertThat(rows("cache_key like 'a%' and blob is null")).isEqualTo(2); // it waited for them
    assertThat(cache.peek("a1")).isEmpty();
    assertThat(cache.peek("b1")).isPresent();
  }

  @Test
  void keyPrefix_withoutTheDatabase_holdsInThisProcessAndIsMadeUpFor() throws Exception {
    Backstop backstop = open(builder -> builder.durability(Durability.ASYNC));
    BackedCache<String, String> cache =
        backstop.cache(CacheSpec.of("feeds", String.class, String.class).ttl(TTL).heapEntries(1));
    database.refuse();
    filled(cache); // what the fast tier evicts of it is queued
    assertThatThrownBy(() -> cache.removeAll(AN_A))
        .isInstanceOf(BackupUnavailableException.class)
        .hasMessageContaining("BackupFilter[KEY_PREFIX a]");
    for (String key : List.of("a1", "a2")) {
      assertThat(catchThrowable(() -> standIn(cache, key))).hasMessage("The source is down");
    }
    assertThat(standIn(cache, "b1")).isEqualTo("v");
    database.restore();
    Eventually.holds(() -> rows("blob is null") == 2, "the removals are made up for");
  }

  @Test
  void keyPrefix_withoutTheDatabase_holdsForEveryKeyOfThisProcess_howeverMany() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    cache.putAll(numbered("a", 1_200), TTL);
    database.refuse();
    assertThatThrownBy(() -> cache.expireAll(AN_A)).isInstanceOf(BackupUnavailableException.class);
    assertThat(numbered("a", 1_200).keySet()).noneMatch(cache::contains);
    database.restore();
    Eventually.holds(() -> rows("expired_at is not null") == 1_200, "they are made up for");
  }

  private static Map<String, String> numbered(String prefix, int keys) {
    return IntStream.range(0, keys).boxed().collect(Collectors.toMap(i -> prefix + i, i -> "v"));
  }

  @ParameterizedTest
  @MethodSource("conditions")
  void withoutTheDatabase_aConditionChangesNothing(BackupFilter which) throws Exception {
    BackedCache<String, String> cache = filled(cache());
    database.refuse();
    try (Logged logged = new Logged()) {
      for (int i = 0; i < 10; i++) { // of whom one waits
        assertThatThrownBy(() -> cache.removeAll(which))
            .isInstanceOf(BackupUnavailableException.class)
            .hasMessageContaining(which.text());
      }
      assertThat(logged.messages(Level.WARNING)).hasSize(1);
    }
    assertThat(List.of("a1", "a2", "b1")).allMatch(cache::contains);
    database.restore();
    assertThat(afterRestart().contains("a1")).isTrue();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aThousandAndMore_goPartByPart(BackupFilter which) throws Exception {
    Backstop backstop = open();
    cache(backstop).put("template", "v");
    multiplyTheRow(1_200, "created_at", "expires_at", "1");
    run("update backstop_backup set cache_key = 'a' || cache_key where mod(blob_bytes, 2) = 0");
    long even = rows("cache_key like 'a%'");
    BackedCache<String, String> cache = cache(backstop);
    database.forgetStatements();
    assertThat(cache.removeAll(which)).isEqualTo(even);
    assertThat(rows("blob is null and cache_key like 'a%'")).isEqualTo(even);
    assertThat(rows("blob is null")).isEqualTo(even);
    long reads = reads();
    // Of each window where it ends, and who is meant; by the prefix one needs not see the others.
    assertThat(reads).isEqualTo(which.kind() == BackupFilter.Kind.KEY_PREFIX ? 4L : 6L);
    assertThat((long) database.commits()).isLessThanOrEqualTo(reads + 6); // 256 rows a batch
  }

  @ParameterizedTest
  @MethodSource("ways")
  void moreThanTheQueueHolds_isNotDropped_alsoUnderAsync(BackupFilter which) throws Exception {
    Backstop backstop =
        open(builder -> builder.durability(Durability.ASYNC).queueRows(500).backupTimeout(MINUTE));
    BackedCache<String, String> cache = cache(backstop);
    for (int part = 0; part < 3; part++) { // in every tier
      cache.putAll(numbered("a" + part, 400), TTL);
      Eventually.holds(() -> backstop.writes().waiting() == 0, "they are written");
    }
    assertThat(cache.removeAll(which)).isEqualTo(1_200);
    assertThat(rows("blob is null")).isEqualTo(1_200);
    assertThat(backstop.writes().dropped()).isZero();
  }

  private long reads() {
    return database.statements().stream().filter(sql -> !sql.contains(" into ")).count();
  }

  @Test
  void keyPrefix_ofAWholeCache_goesWindowByWindow() throws Exception {
    Backstop backstop = open();
    cache(backstop).put("template", "v");
    multiplyTheRow(1_200, "created_at", "expires_at", "1");
    database.forgetStatements();
    assertThat(cache(backstop).expireAll(BackupFilter.keyPrefix("k"))).isEqualTo(1_200);
    assertThat(rows("expired_at is not null")).isEqualTo(1_200);
    assertThat(reads()).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%",
        "_",
        "!",
        "\\",
        "'",
        "\"",
        " ",
        "#",
        "a%",
        "a_b",
        "é",
        "\uD83D\uDE00",
        "\u0001"
      })
  void keyPrefix_everyCharacterStandsForItself(String prefix) throws Exception {
    List<String> meant = List.of(prefix, prefix + "x", prefix + "\uD83D\uDE01", prefix + prefix);
    List<String> others =
        List.of("x", "xx", "ax", "A", "e", "\uD83C\uDF00", "\uFFFD", "x" + prefix, "~", "");
    Map<String, String> values = new HashMap<>();
    Stream.concat(meant.stream(), others.stream()).forEach(key -> values.put(key, "v"));
    cache().putAll(values, TTL);
    for (boolean restarted : List.of(true, false)) { // in the table alone, and in the fast tier
      BackedCache<String, String> cache = restarted ? afterRestart() : cache();
      assertThat(cache.removeAll(BackupFilter.keyPrefix(prefix))).isEqualTo(4);
      assertThat(meant).noneMatch(key -> cache.peek(key).isPresent());
      assertThat(others).allMatch(key -> cache.peek(key).isPresent());
      cache.putAll(values, TTL);
    }
  }

  @Test
  void keyPrefix_ofKeysThatAreTooLongToBeStored() throws Exception {
    BackedCache<String, String> cache = cache();
    String prefix = "p".repeat(446);
    cache.putAll(Map.of(prefix + "x".repeat(600), "v", prefix, "v", prefix.substring(1), "v"), TTL);
    assertThat(afterRestart().removeAll(BackupFilter.keyPrefix(prefix))).isEqualTo(2);
    assertThat(rows("blob is not null")).isEqualTo(1);
    String pairs = "\uD83D\uDE00".repeat(223); // as long, and cut between two of them
    cache().put(pairs + "\uD83D\uDE00".repeat(100), "v");
    assertThat(afterRestart().removeAll(BackupFilter.keyPrefix(pairs))).isEqualTo(1);
  }

  record Place(String feed, int page) {}

  @Test
  void keyPrefix_ofRecords() {
    BackedCache<Place, String> cache =
        open().cache(CacheSpec.of("pages", Place.class, String.class).ttl(TTL));
    cache.putAll(
        Map.of(new Place("planet", 1), "v", new Place("planet", 12), "v", new Place("p", 1), "v"),
        TTL);
    assertThat(cache.removeAll(BackupFilter.keyPrefix("[\"planet\","))).isEqualTo(2);
    assertThat(cache.contains(new Place("p", 1))).isTrue();
    assertThat(cache.contains(new Place("planet", 1))).isFalse();
  }

  @Test
  void nothingIsMeant_nothingIsWritten() {
    BackedCache<String, String> cache = filled(cache());
    database.forgetStatements();
    assertThat(cache.expireAll(BackupFilter.keyPrefix("none"))).isZero();
    assertThat(database.statements()).hasSize(2);
    assertThat(reads()).isEqualTo(2);
  }

  @Test
  void afterClose_theyAreRefused_andNullIs() {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    assertThatThrownBy(() -> cache.expireAll(null)).hasMessage("which must not be null");
    assertThatThrownBy(() -> cache.removeAll((BackupFilter) null))
        .hasMessage("which must not be null");
    assertThatThrownBy(() -> cache.removeCreatedBefore(null)).hasMessage("stamp must not be null");
    backstop.close();
    assertThatThrownBy(() -> cache.expireAll(AN_A)).hasMessage("This Backstop is closed");
    assertThatThrownBy(() -> cache.removeAll(AN_A)).hasMessage("This Backstop is closed");
    assertThatThrownBy(() -> cache.removeCreatedBefore(clock.instant()))
        .hasMessage("This Backstop is closed");
  }

  @Test
  void removeCreatedBefore_forgetsWhatIsOlderInEveryTier_andKeepsTheRest() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.put("old", "v");
    clock.advance(MOMENT);
    cache.removeCreatedBefore(clock.instant());
    clock.advance(MOMENT);
    cache.put("new", "v");
    cache.removeCreatedBefore(clock.instant().minus(MOMENT));
    assertThat(cache.entry("new", source, Policy.unset()).origin()).isEqualTo(Origin.FAST);
    for (boolean restarted : List.of(false, true)) {
      BackedCache<String, String> each = restarted ? afterRestart() : cache;
      assertThat(catchThrowable(() -> standIn(each, "old"))).hasMessage("The source is down");
      assertThat(each.contains("new")).isTrue();
    }
    cache().removeCreatedBefore(clock.instant().plus(TTL)); // counts as now
    BackedCache<String, String> later = afterRestart();
    assertThat(later.contains("new")).isFalse();
    later.put("newest", "v");
    assertThat(afterRestart().contains("newest")).isTrue();
  }
}
