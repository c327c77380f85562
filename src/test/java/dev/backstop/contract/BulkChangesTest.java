package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupUnavailableException;
import dev.backstop.CacheSpec;
import dev.backstop.Durability;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@code putAll} and {@code removeAll}: all or nothing, and one batch. */
class BulkChangesTest extends Fixture {
  private static final List<String> HUNDRED =
      IntStream.range(0, 100).mapToObj(i -> "k" + i).toList();

  private static Map<String, String> values(String value) {
    return HUNDRED.stream().collect(Collectors.toMap(key -> key, key -> key + value));
  }

  private static long rows(String where) throws SQLException {
    return Long.parseLong(ask("select count(*) from backstop_backup where " + where));
  }

  @Test
  void putAll_storesEveryValueInEveryTier() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.putAll(values("=v"), TTL);
    for (boolean restarted : List.of(false, true)) {
      BackedCache<String, String> each = restarted ? afterRestart() : cache;
      for (String key : HUNDRED) {
        assertThat(each.peek(key).orElseThrow().value()).isEqualTo(key + "=v");
      }
    }
    pastTtl();
    assertThat(afterRestart().contains("k7")).isFalse(); // the ttl was that of the call
  }

  @Test
  void putAll_withoutATtl_takesTheCachesOwn() {
    BackedCache<String, String> cache = cache();
    cache.putAll(Map.of("many", "v"));
    cache.put("one", "v");
    assertThat(cache.peek("many").orElseThrow().expiresAt())
        .isEqualTo(cache.peek("many").orElseThrow().createdAt().plus(TTL));
    clock.advance(TTL.minus(MOMENT));
    assertThat(cache.contains("many")).isTrue();
    pastTtl();
    assertThat(cache.contains("many")).isFalse();
  }

  @Test
  void removeAll_forgetsEveryKeyInEveryTier() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.putAll(values("=v"), TTL);
    cache.put("other", "v");
    cache.removeAll(HUNDRED);
    assertThat(rows("blob is null")).isEqualTo(100);
    for (boolean restarted : List.of(false, true)) {
      BackedCache<String, String> each = restarted ? afterRestart() : cache;
      assertThat(HUNDRED).noneMatch(key -> each.peek(key).isPresent());
      assertThat(each.peek("other")).isPresent();
    }
  }

  @Test
  void theyWinOverLoadsThatBeganBefore() throws Exception {
    BackedCache<String, String> cache = cache();
    Gate gate = new Gate();
    List<Started<String>> loads =
        List.of("put", "removed").stream()
            .map(
                key ->
                    Threads.<String>start(
                        () ->
                            cache.get(
                                key,
                                () -> {
                                  gate.enter();
                                  return "loaded";
                                })))
            .toList();
    loads.forEach(load -> Threads.awaitWaiting(load.thread()));
    cache.putAll(Map.of("put", "v", "other", "v"), TTL);
    cache.removeAll(List.of("removed"));
    gate.open();
    for (Started<String> load : loads) {
      assertThat(load.join()).isEqualTo("loaded");
    }
    for (boolean restarted : List.of(false, true)) {
      BackedCache<String, String> each = restarted ? afterRestart() : cache;
      assertThat(each.peek("put").orElseThrow().value()).isEqualTo("v");
      assertThat(each.peek("removed")).isEmpty();
    }
  }

  @Test
  void aHundredKeys_areOneBatch() throws Exception {
    BackedCache<String, String> cache = cache();
    int statements = SchemaTest.isPostgres() ? 1 : 100; // H2 takes one row at a time
    database.forgetStatements();
    cache.putAll(values("=v"), TTL);
    assertThat(database.commits()).isEqualTo(1);
    assertThat(database.statements()).hasSize(statements);
    database.forgetStatements();
    cache.removeAll(HUNDRED);
    assertThat(database.commits()).isEqualTo(1);
    assertThat(database.statements()).hasSize(statements);
  }

  @Test
  void moreThanABatch_isAsFewBatchesAsItTakes() throws Exception {
    BackedCache<String, String> cache = cache();
    database.forgetStatements();
    cache.putAll(
        IntStream.range(0, 1_000).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "v")), TTL);
    assertThat(rows("blob is not null")).isEqualTo(1_000);
    assertThat(database.commits()).isEqualTo(4);
  }

  @Test
  void nothingIsTouchedUnlessEverythingIsGood() throws Exception {
    BackedCache<String, String> cache = cache();
    Map<String, String> nullValue = values("=v");
    nullValue.put("k50", null);
    Map<String, String> nullKey = new HashMap<>(values("=v"));
    nullKey.put(null, "v");
    Map<String, String> badKey = values("=v");
    badKey.put("a\0b", "v");
    List<String> badKeys = List.of("k1", "a\0b");
    database.forgetStatements();
    assertThatThrownBy(() -> cache.putAll(nullValue, TTL))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("value must not be null");
    assertThatThrownBy(() -> cache.putAll(nullKey, TTL))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("key must not be null");
    assertThatThrownBy(() -> cache.putAll(badKey, TTL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("key must hold neither NUL");
    assertThatThrownBy(() -> cache.putAll(values("=v"), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("ttl must be");
    assertThatThrownBy(() -> cache.putAll(null, TTL)).hasMessage("values must not be null");
    assertThatThrownBy(() -> cache.removeAll((List<String>) null))
        .hasMessage("keys must not be null");
    assertThatThrownBy(() -> cache.removeAll(Arrays.asList("k1", null)))
        .hasMessage("key must not be null");
    assertThatThrownBy(() -> cache.removeAll(badKeys)).isInstanceOf(IllegalArgumentException.class);
    assertThat(HUNDRED).noneMatch(key -> cache.peek(key).isPresent());
    assertThat(rows("1 = 1")).isZero();
  }

  @Test
  void aValueThatCannotBeEncoded_keepsAllOut() throws Exception {
    BackedCache<String, Object> cache =
        open().cache(CacheSpec.of("things", String.class, Object.class).ttl(TTL));
    assertThatThrownBy(() -> cache.putAll(Map.of("good", "v", "bad", new CopiedTest.Open()), TTL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("value must be");
    assertThat(cache.peek("good")).isEmpty();
    assertThat(rows("1 = 1")).isZero();
  }

  @Test
  void nothingAsksNothing_andDuplicatesCountOnce() throws Exception {
    BackedCache<String, String> cache = cache();
    database.forgetStatements();
    cache.putAll(Map.of(), TTL);
    cache.removeAll(List.of());
    assertThat(database.statements()).isEmpty();
    cache.removeAll(List.of("k", "k", "k"));
    assertThat(database.statements()).hasSize(1);
  }

  @Test
  void withoutTheDatabase_theyHoldInThisProcessAndAreMadeUpFor() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.putAll(Map.of("old", "v", "older", "v"), TTL);
    database.refuse();
    assertThatThrownBy(() -> cache.putAll(values("=v"), TTL))
        .isInstanceOf(BackupUnavailableException.class)
        .hasMessageStartingWith("Putting 100 keys of feeds is not durable, as backups are out");
    assertThatThrownBy(() -> cache.removeAll(List.of("old", "older")))
        .isInstanceOf(BackupUnavailableException.class)
        .hasMessageStartingWith("Removing 2 keys of feeds is not durable, as backups are out");
    assertThat(HUNDRED).allMatch(cache::contains);
    assertThat(cache.contains("old")).isFalse();
    database.restore();
    Eventually.holds(() -> written() == 102, "all is written");
    assertThat(rows("blob is null")).isEqualTo(2);
  }

  private static long written() {
    try {
      return rows("cache_key like 'k%' or blob is null");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void sync_waitsForAllOfThem() throws Exception {
    BackedCache<String, String> cache = cache();
    Gate commit = new Gate();
    database.holdNextAnswer("backstop_backup", commit);
    Started<Void> put =
        Threads.start(
            () -> {
              cache.putAll(values("=v"), TTL);
              return null;
            });
    commit.awaitEntered();
    Threads.awaitWaiting(put.thread());
    assertThat(HUNDRED).allMatch(cache::contains);
    assertThat(put.isDone()).isFalse();
    commit.open();
    put.join();
    assertThat(rows("blob is not null")).isEqualTo(100);
  }

  @Test
  void async_doesNotWait() throws Exception {
    Backstop backstop = open(builder -> builder.durability(Durability.ASYNC));
    BackedCache<String, String> cache = cache(backstop);
    database.refuse();
    cache.putAll(values("=v"), TTL);
    cache.removeAll(List.of("k1"));
    assertThat(cache.contains("k0")).isTrue();
    assertThat(cache.contains("k1")).isFalse();
  }

  @Test
  void afterClose_theyAreRefused() {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    backstop.close();
    assertThatThrownBy(() -> cache.putAll(Map.of(), TTL)).hasMessage("This Backstop is closed");
    assertThatThrownBy(() -> cache.removeAll(Collections.emptyList()))
        .hasMessage("This Backstop is closed");
  }
}
