package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupReads;
import dev.backstop.CacheSpec;
import dev.backstop.Entry;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.testing.Gate;
import dev.backstop.testing.MapTier;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A fast copy that is filled from a backup ends when the value does: at the end of the ttl that it
 * was stored with, or of its stand-in time, whatever the ttl of the caller that filled it. What
 * users of chained caches elsewhere reported: see docs/peers.md.
 */
class RefillTest extends Fixture {
  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final Duration MICRO = Duration.ofNanos(1_000);
  private static final Policy LONG =
      Policy.ttl(Duration.ofDays(1)).backupReads(BackupReads.WHILE_FRESH);

  private final Source source = new Source("v2");
  private final BulkSource many = new BulkSource();

  /** How a value comes into the table, with a ttl below that of its cache. */
  private enum Store {
    PUT,
    PUT_AS_OF,
    PUT_ALL,
    ADD,
    GET,
    GET_ALL,
    TTL_OF_THE_LOADER,
    JITTER;

    void in(BackedCache<String, String> cache, Instant now) throws Exception {
      switch (this) {
        case PUT -> cache.put("k", "v1", SHORT);
        case PUT_AS_OF -> cache.put("k", "v1", SHORT.multipliedBy(2), now.minus(SHORT));
        case PUT_ALL -> cache.putAll(Map.of("k", "v1"), SHORT);
        case ADD -> cache.add("k", "v1", SHORT);
        case GET -> cache.get("k", () -> "v1", SHORT);
        case GET_ALL -> cache.getAll(List.of("k"), keys -> Map.of("k", "v1"), Policy.ttl(SHORT));
        case TTL_OF_THE_LOADER ->
            cache.getWith(
                "k",
                context -> {
                  context.ttl(SHORT);
                  return "v1";
                },
                Policy.unset());
        case JITTER -> cache.get("k", () -> "v1", Policy.ttl(SHORT).jitter(SHORT));
      }
    }
  }

  /** How another node reads it, by a policy that would keep it for a day. */
  private enum Fill {
    PEEK,
    WHILE_FRESH,
    GET_ALL_WHILE_FRESH,
    JITTERED;

    @Nullable String from(BackedCache<String, String> cache, Source source, BulkSource many)
        throws Exception {
      return switch (this) {
        case PEEK -> cache.peek("k").map(Entry::value).orElse(null);
        case WHILE_FRESH -> cache.get("k", source, LONG);
        case GET_ALL_WHILE_FRESH -> cache.getAll(List.of("k"), many, LONG).get("k");
        case JITTERED -> cache.get("k", source, LONG.jitter(SHORT));
      };
    }
  }

  private static Stream<Arguments> storesAndFills() {
    return Stream.of(Store.values())
        .flatMap(store -> Stream.of(Fill.values()).map(fill -> Arguments.of(store, fill)));
  }

  @ParameterizedTest
  @MethodSource("storesAndFills")
  void aFilledCopy_endsWhenTheValueDoes(Store store, Fill fill) throws Exception {
    BackedCache<String, String> there = cache(Policy.ttl(TTL));
    Instant before = clock.instant();
    store.in(there, before);
    Instant end = there.peek("k").orElseThrow().expiresAt();
    assertThat(end).isBetween(before.plus(SHORT.dividedBy(2)), before.plus(SHORT).plusMillis(1));

    BackedCache<String, String> here = cache(LONG);
    assertThat(fill.from(here, source, many)).isEqualTo("v1");
    clock.set(end.minus(MICRO));
    Entry<String> hit = here.entry("k", source, LONG);
    assertThat(hit.origin()).isEqualTo(Origin.FAST);
    assertThat(hit.expiresAt()).isEqualTo(end);
    clock.set(end);
    assertThat(here.peek("k")).isEmpty();
    clock.set(end);
    assertThat(here.entry("k", source, LONG).origin()).isEqualTo(Origin.SOURCE);
  }

  @Test
  void aCopyThatIsFilledAgainAndAgain_endsWhenTheValueDoes() throws Exception {
    cache().put("k", "v1", SHORT);
    Instant end = cache().peek("k").orElseThrow().expiresAt();
    for (int step = 0; step < 10; step++) { // a new node each, halfway to the end
      Duration left = Duration.between(clock.instant(), end);
      clock.advance(left.dividedBy(2));
      BackedCache<String, String> each = cache(LONG);
      assertThat(each.entry("k", source, LONG).expiresAt()).isEqualTo(end);
      assertThat(each.entry("k", source, LONG).origin()).isEqualTo(Origin.FAST);
    }
    clock.set(end);
    assertThat(cache(LONG).entry("k", source, LONG).origin()).isEqualTo(Origin.SOURCE);
  }

  @Test
  void theLastMicroseconds_areServedAndNoMore() throws Exception {
    BackedCache<String, String> there = cache();
    BackedCache<String, String> here = cache(LONG);
    List<String> served = new ArrayList<>();
    for (int left = 0; left <= 40; left++) { // each reading of the clock takes one of them
      String key = "k" + left;
      there.put(key, "v1", SHORT);
      Instant end = there.peek(key).orElseThrow().expiresAt();
      clock.set(end.minus(MICRO.multipliedBy(left)));
      Optional<Entry<String>> peeked = here.peek(key);
      if (peeked.isPresent()) {
        served.add(key);
        assertThat(peeked.get().expiresAt()).isEqualTo(end);
      }
      clock.set(end);
      assertThat(here.peek(key)).as(key).isEmpty();
      clock.set(end);
      assertThat(here.entry(key, source, LONG).origin()).as(key).isEqualTo(Origin.SOURCE);
    }
    assertThat(served).contains("k40").doesNotContain("k0");
  }

  @ParameterizedTest
  @EnumSource(names = {"PEEK", "WHILE_FRESH", "GET_ALL_WHILE_FRESH"})
  void aTtlThatEndsDuringTheRead_hasEnded(Fill fill) throws Exception {
    cache().put("k", "v1", SHORT);
    BackedCache<String, String> here = cache(LONG);
    Gate gate = new Gate();
    database.holdNextAnswer("backstop_backup", gate);
    Started<String> read = Threads.start(() -> fill.from(here, source, many));
    gate.awaitEntered();
    clock.advance(SHORT);
    gate.open();
    assertThat(read.join()).isNotEqualTo("v1");
  }

  @Test
  void aValueThatIsStillQueued_endsWhenItDoesToo() throws Exception {
    BackedCache<String, String> cache =
        open().cache(CacheSpec.of("feeds", String.class, String.class).policy(LONG).heapEntries(1));
    database.refuse();
    cache.get("k", () -> "v1", SHORT);
    Instant end = cache.peek("k").orElseThrow().expiresAt();
    for (int i = 0; i < 50; i++) {
      cache.get("other" + i, source); // pushes it out of the fast tier
    }
    Entry<String> queued = cache.entry("k", source, LONG);
    assertThat(queued.origin()).isEqualTo(Origin.BACKUP);
    assertThat(queued.expiresAt()).isEqualTo(end);
    clock.set(end);
    assertThat(cache.entry("k", source, LONG).origin()).isEqualTo(Origin.SOURCE);
  }

  @Test
  void aCopiedCache_fillsLikewise() throws Exception {
    cache().put("k", "v1", SHORT);
    Instant end = cache().peek("k").orElseThrow().expiresAt();
    BackedCache<String, String> copied =
        open().cache(CacheSpec.of("feeds", String.class, String.class).policy(LONG).copied());
    assertThat(copied.get("k", source)).isEqualTo("v1");
    assertThat(copied.entry("k", source, LONG).expiresAt()).isEqualTo(end);
    clock.set(end);
    assertThat(copied.get("k", source)).isEqualTo("v2");
  }

  @Test
  void aTierBetween_passesOnTheEndOfTheValue() throws Exception {
    cache().put("k", "v1", SHORT);
    Instant end = cache().peek("k").orElseThrow().expiresAt();
    CacheSpec<String, String> spec =
        CacheSpec.of("feeds", String.class, String.class)
            .policy(LONG)
            .tiers(new MapTier("between"));
    for (Origin from : List.of(Origin.BACKUP, Origin.FAST)) { // fills the tier; is filled from it
      BackedCache<String, String> node = open().cache(spec);
      Entry<String> filled = node.entry("k", source, LONG);
      assertThat(filled.origin()).isEqualTo(from);
      assertThat(filled.expiresAt()).isEqualTo(end);
      assertThat(node.entry("k", source, LONG).expiresAt()).isEqualTo(end);
    }
    clock.set(end);
    assertThat(open().cache(spec).entry("k", source, LONG).origin()).isEqualTo(Origin.SOURCE);
  }

  @Test
  void aFill_leavesTheRowAsItIs() throws Exception {
    cache().put("k", "v1", SHORT);
    String before = ask("select expires_at from backstop_backup");
    BackedCache<String, String> here = cache(LONG);
    here.get("k", source);
    here.peek("k");
    here.getAll(List.of("k"), many, LONG);
    closeAll(); // writes what is queued
    assertThat(ask("select expires_at from backstop_backup")).isEqualTo(before);
    assertThat(source.calls()).isZero();
  }

  /** The ttl is the value's. Who wants it younger says so by {@code maxStale}. */
  @Test
  void aReaderWithAShorterTtl_isServedUntilTheValueEnds() throws Exception {
    cache().put("k", "v1", TTL);
    Instant end = cache().peek("k").orElseThrow().expiresAt();
    Policy shorter = Policy.ttl(SHORT).backupReads(BackupReads.WHILE_FRESH);
    clock.advance(SHORT.multipliedBy(2));
    BackedCache<String, String> here = cache(shorter);
    assertThat(here.entry("k", source, shorter).expiresAt()).isEqualTo(end);
    clock.set(end.minus(MICRO));
    assertThat(here.get("k", source)).isEqualTo("v1");
    clock.set(end.minus(MICRO));
    assertThat(cache(shorter).get("k", source, shorter.maxStale(SHORT))).isEqualTo("v2");
  }

  @ParameterizedTest
  @CsvSource({"GET, PT0S", "GET, PT2S", "GET_ALL, PT0S", "GET_ALL, PT2S"})
  void aStandIn_endsWithItsStandInTime(Store by, Duration since) throws Exception {
    cache().put("k", "v1", SHORT);
    clock.advance(since); // within the ttl, or past it
    Policy day = Policy.ttl(Duration.ofDays(1));
    BackedCache<String, String> here = cache(day);
    source.fail();
    many.fail();
    Instant end = clock.instant().plus(Duration.ofMinutes(10));
    String value =
        by == Store.GET ? here.get("k", source) : here.getAll(List.of("k"), many, day).get("k");
    assertThat(value).isEqualTo("v1");
    Entry<String> standIn = here.peek("k").orElseThrow();
    assertThat(standIn.origin()).isEqualTo(Origin.STAND_IN);
    assertThat(standIn.expiresAt()).isBetween(end, end.plusMillis(1));
    source.answer("v2");
    clock.set(standIn.expiresAt().minus(MICRO));
    assertThat(here.get("k", source)).isEqualTo("v1");
    clock.set(standIn.expiresAt());
    assertThat(here.peek("k")).isEmpty();
    assertThat(here.get("k", source)).isEqualTo("v2");
  }

  /** Nor do two nodes prolong a stand-in for each other: a backup keeps its own stamp and ttl. */
  @Test
  void aStandIn_isNotStoredAsFresh() throws Exception {
    Backstop backstop = open();
    cache(backstop).put("k", "v1", SHORT);
    clock.advance(SHORT);
    source.fail();
    assertThat(cache(backstop).get("k", source, LONG)).isEqualTo("v1");
    BackedCache<String, String> other = cache(LONG);
    assertThat(other.peek("k")).isEmpty();
    assertThat(other.contains("k")).isFalse();
    source.answer("v2");
    assertThat(other.entry("k", source, LONG).origin()).isEqualTo(Origin.SOURCE);
  }
}
