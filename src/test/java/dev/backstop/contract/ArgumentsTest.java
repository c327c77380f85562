package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Entry;
import dev.backstop.GenericType;
import dev.backstop.Origin;
import dev.backstop.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a cache refuses besides keys; and what is unusual, and works. */
class ArgumentsTest extends Fixture {
  private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);

  /** What lasts for ever is still in force then. */
  private static final Duration CENTURIES = Duration.ofDays(250 * 365);

  private static final String BARRIERS =
      "select count(*) from backstop_cache where coalesce(expired_before, cleared_before) is not"
          + " null";

  private static final Policy POLICY = Policy.ttl(TTL);

  private final Source source = new Source("v1");

  private interface Timed {
    void call(BackedCache<String, String> cache, Duration ttl) throws Exception;
  }

  private final Map<String, Timed> timed = new LinkedHashMap<>();

  {
    timed.put("get", (cache, ttl) -> cache.get("new", source, ttl));
    timed.put("put", (cache, ttl) -> cache.put("new", "v", ttl));
    timed.put("put with asOf", (cache, ttl) -> cache.put("new", "v", ttl, clock.instant()));
    timed.put("add", (cache, ttl) -> cache.add("new", "v", ttl));
  }

  @Test
  void ttlBelowAMillisecond_isRefusedAndTouchesNoTier() throws Exception {
    BackedCache<String, String> cache = cacheWithOneKey();
    for (Duration wrong :
        List.of(Duration.ZERO, Duration.ofNanos(999_999), Duration.ofMillis(-1))) {
      timed.forEach(
          (name, call) ->
              assertThatThrownBy(() -> call.call(cache, wrong))
                  .as(name)
                  .isExactlyInstanceOf(IllegalArgumentException.class)
                  .hasMessage("ttl must be at least PT0.001S, was " + wrong));
    }
    checkThatNothingChanged(cache);
  }

  @Test
  void nulls_areRefusedAndTouchNoTier() throws Exception {
    BackedCache<String, String> cache = cacheWithOneKey();
    timed.forEach((name, call) -> checkNull("ttl", () -> call.call(cache, null)));
    for (String key : List.of("new", "other")) { // a miss and a hit
      checkNull("loader", () -> cache.get(key, null));
      checkNull("loader", () -> cache.get(key, null, TTL));
      checkNull("loader", () -> cache.get(key, null, POLICY));
      checkNull("loader", () -> cache.entry(key, null, POLICY));
      checkNull("loader", () -> cache.getWith(key, null, POLICY));
      checkNull("loader", () -> cache.entryWith(key, null, POLICY));
      checkNull("policy", () -> cache.getWith(key, context -> "v", null));
      checkNull("policy", () -> cache.entryWith(key, context -> "v", null));
      checkNull("policy", () -> cache.get(key, source, (Policy) null));
      checkNull("policy", () -> cache.entry(key, source, null));
      checkNull("value", () -> cache.put(key, null));
      checkNull("value", () -> cache.put(key, null, TTL));
      checkNull("value", () -> cache.put(key, null, TTL, Instant.EPOCH));
      checkNull("value", () -> cache.add(key, null, TTL));
      checkNull("asOf", () -> cache.put(key, "v", TTL, null));
    }
    checkNull("stamp", () -> cache.expireCreatedBefore(null));
    checkThatNothingChanged(cache);
  }

  private static void checkNull(String name, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isExactlyInstanceOf(NullPointerException.class)
        .hasMessage(name + " must not be null");
  }

  private BackedCache<String, String> cacheWithOneKey() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("other", source);
    database.forgetStatements();
    return cache;
  }

  private void checkThatNothingChanged(BackedCache<String, String> cache) throws Exception {
    assertThat(database.statements()).isEmpty();
    assertThat(source.calls()).isEqualTo(1);
    assertThat(cache.peek("new")).isEmpty();
    assertThat(cache.entry("other", source, POLICY).origin()).isEqualTo(Origin.FAST);
    assertThat(ask("select count(*) from backstop_backup")).isEqualTo("1");
    assertThat(ask(BARRIERS)).isEqualTo("0");
  }

  @Test
  void shortestTtl_works() throws Exception {
    BackedCache<String, String> cache = cache();
    Entry<String> entry = cache.entry("k", source, Policy.ttl(Duration.ofMillis(1)));
    assertThat(entry.expiresAt()).isEqualTo(entry.createdAt().plusMillis(1));
  }

  @Test
  void endlessTtl_isFreshForEver() throws Exception {
    BackedCache<String, String> cache = cache();
    timed.forEach(
        (name, call) -> {
          try {
            call.call(cache, FOR_EVER);
            cache.remove("new");
          } catch (Exception e) {
            throw new AssertionError(name, e);
          }
        });
    cache.put("put", "v", FOR_EVER);
    cache.get("get", source, FOR_EVER);
    clock.advance(CENTURIES);
    source.fail();
    assertThat(cache.get("put", source)).isEqualTo("v");
    assertThat(cache.get("get", source)).isEqualTo("v1");
    BackedCache<String, String> restarted = afterRestart();
    assertThat(restarted.contains("put")).isTrue();
    assertThat(restarted.contains("get")).isTrue();
  }

  @Test
  void endlessTtlOfTheCache_isFreshForEver() throws Exception {
    BackedCache<String, String> cache =
        open().cache(CacheSpec.of("feeds", String.class, String.class).ttl(FOR_EVER));
    cache.get("k", source);
    clock.advance(CENTURIES);
    assertThat(cache.entry("k", Source.failing(), Policy.unset()).origin()).isEqualTo(Origin.FAST);
  }

  @Test
  void endlessMaxStale_letsABackupOfAnyAgeStandIn() throws Exception {
    Policy endless = POLICY.maxStale(FOR_EVER);
    BackedCache<String, String> cache = cache(endless);
    cache.get("k", source);
    cache.put("ancient", "v0", TTL, Instant.MIN);
    clock.advance(CENTURIES);
    Source failing = Source.failing();
    assertThat(cache.get("k", failing, endless)).isEqualTo("v1");
    assertThat(cache.get("ancient", failing, endless)).isEqualTo("v0");
    assertThat(cache.entry("k", failing, endless).expiresAt())
        .isBeforeOrEqualTo(clock.instant().plus(STAND_IN_TIME));
  }

  @Test
  void endlessTimeouts_waitForTheLoad() throws Exception {
    Policy endless = POLICY.softTimeout(FOR_EVER).hardTimeout(FOR_EVER);
    assertThat(cache(endless).get("k", source)).isEqualTo("v1");
    assertThat(cache().get("k2", source, endless)).isEqualTo("v1");
    // Just below what nanoseconds can count, too.
    Policy century = POLICY.hardTimeout(Duration.ofDays(36_500)).softTimeout(CENTURIES);
    assertThat(cache().get("k3", source, century)).isEqualTo("v1");
  }

  @Test
  void endlessJitter_takesHalfTheTtlAtMost() throws Exception {
    BackedCache<String, String> cache = cache();
    for (int i = 0; i < 100; i++) {
      Entry<String> entry = cache.entry("k" + i, source, POLICY.jitter(FOR_EVER));
      assertThat(Duration.between(entry.createdAt(), entry.expiresAt()))
          .isBetween(TTL.dividedBy(2), TTL);
    }
    Entry<String> entry = cache.entry("k", source, Policy.ttl(FOR_EVER).jitter(FOR_EVER));
    assertThat(entry.expiresAt()).isAfter(clock.instant().plus(CENTURIES));
  }

  @Test
  void endlessStandInTime_standsInForEver() throws Exception {
    Policy endless = Policy.ttl(FOR_EVER).standInFor(1).standInAtMost(FOR_EVER);
    BackedCache<String, String> cache = cache(endless);
    cache.get("k", source);
    cache.expire("k");
    Source failing = Source.failing();
    assertThat(cache.get("k", failing)).isEqualTo("v1");
    clock.advance(CENTURIES);
    assertThat(cache.entry("k", failing, endless).origin()).isEqualTo(Origin.STAND_IN);
    assertThat(failing.calls()).isEqualTo(1);
  }

  @Test
  void putAsOfTheFarFuture_countsAsNow() throws Exception {
    BackedCache<String, String> cache = cache();
    for (Instant later : List.of(Instant.MAX, clock.instant().plus(TTL))) {
      Instant before = clock.instant();
      cache.put("k", "v", TTL, later);
      assertThat(cache.stamp("k")).get().satisfies(stamp -> assertThat(stamp).isAfter(before));
      assertThat(cache.stamp("k")).get().satisfies(s -> assertThat(s).isBefore(clock.instant()));
    }
    // A load that begins now is later, and wins.
    cache.expire("k");
    assertThat(cache.get("k", source)).isEqualTo("v1");
    assertThat(afterRestart().peek("k").orElseThrow().value()).isEqualTo("v1");
  }

  @Test
  void putAsOfTheFarPast_isStaleAndCanStandIn() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.put("k", "ancient", TTL, Instant.MIN);
    assertThat(cache.contains("k")).isFalse();
    Source failing = Source.failing();
    assertThat(cache.get("k", failing)).isEqualTo("ancient");
    assertThat(failing.calls()).isEqualTo(1);
    assertThat(afterRestart().get("k", failing)).isEqualTo("ancient");
    assertThat(cacheAgain().get("k", source)).isEqualTo("v1");
  }

  private BackedCache<String, String> cacheAgain() throws Exception {
    BackedCache<String, String> again = afterRestart();
    pastTtl();
    return again;
  }

  @Test
  void putAsOfTheFarPastWithAnEndlessTtl_isFreshLongEnough() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.put("k", "ancient", FOR_EVER, Instant.MIN);
    assertThat(cache.get("k", Source.failing())).isEqualTo("ancient");
    assertThat(afterRestart().get("k", Source.failing())).isEqualTo("ancient");
  }

  @Test
  void expireCreatedBeforeTheFarPast_expiresNothing() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    cache.expireCreatedBefore(Instant.MIN);
    cache.expireCreatedBefore(Instant.EPOCH);
    assertThat(cache.contains("k")).isTrue();
    assertThat(afterRestart().contains("k")).isTrue();
  }

  @Test
  void expireCreatedBeforeTheFarFuture_expiresWhatWasCreatedUntilNow() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    cache.expireCreatedBefore(Instant.MAX);
    assertThat(cache.contains("k")).isFalse();
    assertThat(cache.get("k", Source.failing())).isEqualTo("v1"); // it can still stand in
    source.answer("v2");
    cache.expireCreatedBefore(Instant.MAX);
    assertThat(cache.get("k", source)).isEqualTo("v2");
    assertThat(cache.contains("k")).isTrue(); // what comes later is not expired
    assertThat(afterRestart().contains("k")).isTrue();
  }

  @Test
  void endlessTimesOfTheCull_deleteNothing() throws Exception {
    Backstop backstop =
        open(b -> b.cullIdleAfter(FOR_EVER).cullEvery(FOR_EVER).tombstoneFor(FOR_EVER));
    BackedCache<String, String> cache = cache(backstop);
    cache.get("k", source);
    cache.put("removed", "v");
    cache.remove("removed");
    clock.advance(CENTURIES);
    assertThat(backstop.cullPreview().rows()).isZero();
    assertThat(backstop.cullNow().rows()).isZero();
    assertThat(ask("select count(*) from backstop_backup")).isEqualTo("2");
  }

  @Test
  void secondSpecOfTheSameTypes_isTheSameCache() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    assertThat(backstop.cache(CacheSpec.of("feeds", String.class, String.class))).isSameAs(cache);
    assertThat(
            backstop.cache(
                CacheSpec.of("feeds", String.class, new GenericType<String>() {}).heapEntries(1)))
        .isSameAs(cache);
  }

  @Test
  void secondSpecOfOtherTypes_isRefusedAndNamesBoth() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    cache.get("k", source);
    database.forgetStatements();
    for (CacheSpec<?, ?> other :
        List.of(
            CacheSpec.of("feeds", Integer.class, String.class),
            CacheSpec.of("feeds", String.class, Integer.class),
            CacheSpec.of("feeds", String.class, new GenericType<List<String>>() {}))) {
      assertThatThrownBy(() -> backstop.cache(other))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("spec must ")
          .hasMessageContaining("CacheSpec[feeds, java.lang.String -> java.lang.String]")
          .hasMessageEndingWith("was " + other);
    }
    CacheSpec<String, List<String>> lists =
        CacheSpec.of("lists", String.class, new GenericType<List<String>>() {});
    backstop.cache(lists);
    assertThatThrownBy(
            () ->
                backstop.cache(
                    CacheSpec.of("lists", String.class, new GenericType<List<Integer>>() {})))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.util.List<java.lang.String>")
        .hasMessageContaining("java.util.List<java.lang.Integer>");
    assertThat(database.statements()).isEmpty();
    assertThat(cache(backstop).entry("k", source, POLICY).origin()).isEqualTo(Origin.FAST);
  }

  @Test
  void nullAsSpec_isRefused() {
    Backstop backstop = open();
    checkNull("spec", () -> backstop.cache(null));
  }

  @Test
  void nameThatLeavesNoRoomForItsNamespace_isRefused() {
    Backstop backstop = open(builder -> builder.namespace("n".repeat(32)));
    backstop.cache(CacheSpec.of("x".repeat(31), String.class, String.class)).put("k", "v");
    String tooLong = "x".repeat(32);
    assertThatThrownBy(() -> backstop.cache(CacheSpec.of(tooLong, String.class, String.class)))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("name must ")
        .hasMessageEndingWith("was " + "n".repeat(32) + ":" + tooLong);
  }

  @Test
  void everyCallAfterClose_isRefusedAndTouchesNoTier() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    cache.get("k", source);
    backstop.close();
    database.forgetStatements();
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    for (String key : List.of("k", "new")) {
      calls.put("get " + key, () -> cache.get(key, source));
      calls.put("get with ttl " + key, () -> cache.get(key, source, TTL));
      calls.put("get with policy " + key, () -> cache.get(key, source, POLICY));
      calls.put("entry " + key, () -> cache.entry(key, source, POLICY));
      calls.put("peek " + key, () -> cache.peek(key));
      calls.put("stamp " + key, () -> cache.stamp(key));
      calls.put("contains " + key, () -> cache.contains(key));
      calls.put("put " + key, () -> cache.put(key, "v"));
      calls.put("put with ttl " + key, () -> cache.put(key, "v", TTL));
      calls.put("put with asOf " + key, () -> cache.put(key, "v", TTL, Instant.EPOCH));
      calls.put("add " + key, () -> cache.add(key, "v", TTL));
      calls.put("expire " + key, () -> cache.expire(key));
      calls.put("remove " + key, () -> cache.remove(key));
    }
    calls.put("expireCreatedBefore", () -> cache.expireCreatedBefore(Instant.EPOCH));
    calls.put("clear", cache::clear);
    calls.put("cullNow", backstop::cullNow);
    calls.put("cullPreview", backstop::cullPreview);
    calls.put("cache", () -> cache(backstop));
    calls.put("another cache", () -> backstop.cache(CacheSpec.of("x", UUID.class, String.class)));
    calls.forEach(
        (name, call) ->
            assertThatThrownBy(call)
                .as(name)
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("This Backstop is closed"));
    assertThat(source.calls()).isEqualTo(1);
    assertThat(database.statements()).isEmpty();
    assertThat(ask("select count(*) from backstop_backup")).isEqualTo("1");
    assertThat(ask(BARRIERS)).isEqualTo("0");
  }

  @Test
  void closingTwice_isClosingOnce() {
    Backstop backstop = open();
    cache(backstop).put("k", "v");
    backstop.close();
    backstop.close();
    database.forgetStatements();
    backstop.close();
    assertThat(database.statements()).isEmpty();
    assertThat(cache().peek("k")).isPresent();
  }
}
