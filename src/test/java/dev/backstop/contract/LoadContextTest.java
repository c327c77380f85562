package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.backstop.BackedCache;
import dev.backstop.BackupReads;
import dev.backstop.CacheSpec;
import dev.backstop.ContextLoader;
import dev.backstop.Entry;
import dev.backstop.GenericType;
import dev.backstop.LoadContext;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Loaders that take a {@link LoadContext}. */
class LoadContextTest extends Fixture {
  private static final Policy POLICY = Policy.unset();
  private static final String ETAG = "W/\"1\"";
  private static final Instant MODIFIED = Instant.parse("2025-12-24T18:00:00Z");
  private static final GenericType<List<String>> TEXTS = new GenericType<>() {};

  private final Source source = new Source("plain");
  private final Gate gate = new Gate();

  /** What a loader is told. */
  private record Told(String previous, Instant stamp, String etag, Instant lastModified) {
    static final Told NOTHING = new Told(null, null, null, null);

    static Told by(LoadContext<String> context) {
      return new Told(
          context.previous().orElse(null),
          context.previousStamp().orElse(null),
          context.etag().orElse(null),
          context.lastModified().orElse(null));
    }
  }

  /** Loads a value with etag and moment of change; returns its stamp. */
  private static Instant load(BackedCache<String, String> cache) {
    return cache
        .entryWith("k", context -> said(context.etag(ETAG).lastModified(MODIFIED), "v1"), POLICY)
        .createdAt();
  }

  private static String said(LoadContext<String> context, String value) {
    assertThat(context).isNotNull();
    return value;
  }

  /** Loads again, and returns what the loader was told. */
  private static Told reload(BackedCache<String, String> cache) {
    AtomicReference<Told> told = new AtomicReference<>();
    cache.getWith(
        "k",
        context -> {
          told.set(Told.by(context));
          return "v2";
        },
        POLICY);
    return told.get();
  }

  @Test
  void aFirstLoad_isToldOfNothing() {
    assertThat(reload(cache())).isEqualTo(Told.NOTHING);
  }

  @Test
  void aReload_isToldOfTheCopyInHandWithoutARead() {
    BackedCache<String, String> cache = cache();
    Instant stamp = load(cache);
    pastTtl();
    database.forgetStatements();
    assertThat(reload(cache)).isEqualTo(new Told("v1", stamp, ETAG, MODIFIED));
    assertThat(database.statements()).hasSize(1); // the write
    pastTtl();
    Told next = reload(cache);
    assertThat(next.previous()).isEqualTo("v2");
    assertThat(next.etag()).isNull(); // it was said of the value before
    assertThat(next.lastModified()).isNull();
  }

  @Test
  void afterARestart_aLoadIsToldOfTheBackupByOneRead() throws Exception {
    Instant stamp = load(cache());
    BackedCache<String, String> cache = afterRestart();
    database.forgetStatements();
    assertThat(reload(cache)).isEqualTo(new Told("v1", stamp, ETAG, MODIFIED));
    assertThat(database.statements()).hasSize(2); // the read and the write
  }

  @Test
  void aLoaderThatDoesNotAsk_costsNoRead() throws Exception {
    load(cache());
    BackedCache<String, String> cache = afterRestart();
    database.forgetStatements();
    cache.getWith("k", context -> "v2", POLICY);
    assertThat(database.statements()).hasSize(1);
  }

  @Test
  void aLoaderThatAskedAndFails_costsNoSecondRead() throws Exception {
    Instant stamp = load(cache());
    BackedCache<String, String> cache = afterRestart();
    database.forgetStatements();
    Entry<String> entry = cache.entryWith("k", LoadContextTest::askAndFail, POLICY);
    assertThat(entry.origin()).isEqualTo(Origin.STAND_IN);
    assertThat(entry.createdAt()).isEqualTo(stamp);
    assertThat(database.statements()).hasSize(1);
    pastTtl();
    assertThat(reload(cache).etag()).isEqualTo(ETAG); // a stand-in keeps it
  }

  private static String askAndFail(LoadContext<String> context) throws IOException {
    throw new IOException(context.previous().orElseThrow());
  }

  @Test
  void whileFresh_theReadBeforeTheLoadServesTheLoaderToo() throws Exception {
    load(cache());
    BackedCache<String, String> cache = afterRestart();
    pastTtl();
    database.forgetStatements();
    Policy whileFresh = POLICY.backupReads(BackupReads.WHILE_FRESH);
    cache.getWith("k", context -> context.previous().orElseThrow() + "!", whileFresh);
    assertThat(database.statements()).hasSize(2);
    assertThat(cache.get("k", source)).isEqualTo("v1!");
  }

  @Test
  void aBackupThatWasPeeked_keepsWhatWasSaidOfIt() throws Exception {
    load(cache());
    BackedCache<String, String> cache = afterRestart();
    cache.peek("k");
    pastTtl();
    database.forgetStatements();
    assertThat(reload(cache).etag()).isEqualTo(ETAG);
    assertThat(database.statements()).hasSize(1);
  }

  @Test
  void aRemovedOrUndecodableBackup_isNone() throws Exception {
    BackedCache<String, String> cache = cache();
    load(cache);
    cache.remove("k");
    assertThat(reload(cache)).isEqualTo(Told.NOTHING);
    BackedCache<String, String> restarted = afterRestart();
    run("update backstop_backup set codec = 'another'");
    assertThat(reload(restarted)).isEqualTo(Told.NOTHING);
  }

  @Test
  void aClearedCopyInHand_isNone() {
    BackedCache<String, String> cache = cache();
    load(cache);
    cache.clear();
    assertThat(reload(cache)).isEqualTo(Told.NOTHING);
  }

  @Test
  void whereTheDatabaseIsOut_thereIsNoPreviousValue() throws Exception {
    load(cache());
    BackedCache<String, String> cache = afterRestart();
    database.refuse();
    assertThat(reload(cache)).isEqualTo(Told.NOTHING);
  }

  @Test
  void notModified_keepsTheValueWithANewStampAndTtl() throws Exception {
    for (boolean restart : new boolean[] {false, true}) {
      BackedCache<String, String> cache = cache();
      Instant stamp = load(cache);
      cache = restart ? afterRestart() : cache;
      pastTtl();
      Instant before = clock.instant();
      Entry<String> kept = cache.entryWith("k", LoadContext::notModified, POLICY);
      assertThat(kept.value()).isEqualTo("v1");
      assertThat(kept.origin()).isEqualTo(Origin.SOURCE);
      assertThat(kept.createdAt()).isAfter(stamp).isAfter(before);
      assertThat(kept.expiresAt()).isEqualTo(kept.createdAt().plus(TTL));
      assertThat(cache.entry("k", source, POLICY).origin()).isEqualTo(Origin.FAST);
      assertThat(rowsStamped(kept)).isEqualTo("1");
      pastTtl();
      assertThat(reload(cache)).isEqualTo(new Told("v1", kept.createdAt(), ETAG, MODIFIED));
      cache.remove("k");
    }
  }

  private static String rowsStamped(Entry<?> entry) throws Exception {
    return ask(
        "select count(*) from backstop_backup where created_at = ? and blob is not null",
        entry.createdAt().atOffset(ZoneOffset.UTC));
  }

  @Test
  void notModified_takesWhatIsSaidBesides() {
    BackedCache<String, String> cache = cache();
    load(cache);
    pastTtl();
    cache.getWith("k", context -> context.etag("\"2\"").notModified(), POLICY);
    pastTtl();
    Told told = reload(cache);
    assertThat(told.etag()).isEqualTo("\"2\"");
    assertThat(told.lastModified()).isEqualTo(MODIFIED);
  }

  @Test
  void notModified_ofALoaderThatReturnsAnotherValue_keepsNothing() {
    BackedCache<String, String> cache = cache();
    load(cache);
    pastTtl();
    cache.getWith("k", context -> context.notModified() + " and more", POLICY);
    pastTtl();
    Told told = reload(cache);
    assertThat(told.previous()).isEqualTo("v1 and more");
    assertThat(told.etag()).isNull();
    assertThat(told.lastModified()).isNull();
  }

  @Test
  void notModified_withoutAPreviousValue_isRefusedByItsKey() {
    assertThatThrownBy(() -> cache().getWith("planet", LoadContext::notModified, POLICY))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage(
            "No previous value is known that the load of planet for cache feeds could keep");
  }

  @Test
  void asOf_lowersTheStampFromWhichTheTtlCounts() throws Exception {
    BackedCache<String, String> cache = cache();
    Instant snapshot = clock.instant().minus(MOMENT);
    Entry<String> entry =
        cache.entryWith("k", context -> said(context.asOf(snapshot), "v1"), POLICY);
    assertThat(entry.createdAt()).isEqualTo(snapshot);
    assertThat(entry.expiresAt()).isEqualTo(snapshot.plus(TTL));
    assertThat(cache.stamp("k")).contains(snapshot);
    assertThat(rowsStamped(entry)).isEqualTo("1");
  }

  @Test
  void asOf_afterTheLoadsBegin_countsAsThat() {
    BackedCache<String, String> cache = cache();
    Instant before = clock.instant();
    Entry<String> entry =
        cache.entryWith(
            "k",
            context -> {
              clock.advance(MOMENT);
              return said(context.asOf(clock.instant()), "v1");
            },
            POLICY);
    assertThat(entry.createdAt()).isBetween(before, before.plusMillis(1));
  }

  @Test
  void asOf_losesAgainstWhateverHasAHigherStamp() throws Exception {
    Instant snapshot = clock.instant();
    cache().put("k", "newer", MOMENT);
    BackedCache<String, String> cache = afterRestart();
    clock.advance(MOMENT);
    ContextLoader<String, RuntimeException> replica =
        context -> said(context.asOf(snapshot), "older");
    assertThat(cache.getWith("k", replica, POLICY)).isEqualTo("older");
    assertThat(cache.peek("k")).isEmpty();
    source.fail();
    assertThat(cache.get("k", source)).isEqualTo("newer");
    cache.remove("k");
    assertThat(cache.getWith("k", replica, POLICY)).isEqualTo("older");
    assertThat(cache.peek("k")).isEmpty();
  }

  @Test
  void asOf_ofWhatIsNotThere_isTheStampOfItsRemoval() throws Exception {
    BackedCache<String, String> cache = cache();
    Instant snapshot = clock.instant();
    cache.put("k", "newer");
    cache.expire("k");
    assertThat(cache.getWith("k", context -> said(context.asOf(snapshot), null), POLICY)).isNull();
    source.fail();
    assertThat(cache.get("k", source)).isEqualTo("newer");
  }

  @Test
  void ttl_takesThePlaceOfThePolicys_andIsJittered() {
    BackedCache<String, String> cache = cache();
    ContextLoader<String, RuntimeException> loader =
        context -> said(context.ttl(Duration.ofHours(1)), "v1");
    Entry<String> entry = cache.entryWith("k", loader, POLICY);
    assertThat(entry.expiresAt()).isEqualTo(entry.createdAt().plus(Duration.ofHours(1)));
    Entry<String> jittered =
        cache.entryWith("other", loader, POLICY.jitter(Duration.ofMinutes(10)));
    assertThat(Duration.between(jittered.createdAt(), jittered.expiresAt()))
        .isBetween(Duration.ofMinutes(50), Duration.ofHours(1).minusNanos(1));
  }

  @Test
  void arguments_areRefusedByNameAndValue() {
    BackedCache<String, String> cache = cache();
    refused(cache, context -> context.etag(null), "etag must not be null");
    refused(cache, context -> context.asOf(null), "asOf must not be null");
    refused(cache, context -> context.ttl(null), "ttl must not be null");
    refused(cache, context -> context.lastModified(null), "lastModified must not be null");
    refused(
        cache,
        context -> context.ttl(Duration.ZERO),
        "ttl must be at least PT0.001S, was " + Duration.ZERO);
    refused(
        cache,
        context -> context.etag("x".repeat(513)),
        "etag must be at most 512 characters, was 513: " + "x".repeat(80) + "…");
    refused(
        cache,
        context -> context.etag("a\0"),
        "etag must hold neither NUL nor a lone surrogate, was \"a\\u0000\" with \\u0000 at index"
            + " 1");
    refused(
        cache,
        context -> context.etag("\ud83c"),
        "etag must hold neither NUL nor a lone surrogate, was \"\\ud83c\" with \\ud83c at index"
            + " 0");
  }

  private static void refused(
      BackedCache<String, String> cache, Consumer<LoadContext<String>> saying, String message) {
    assertThatThrownBy(
            () ->
                cache.getWith(
                    "k",
                    context -> {
                      saying.accept(context);
                      return "v";
                    },
                    POLICY))
        .isInstanceOfAny(NullPointerException.class, IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void theLongestEtagAndTheFarthestMoments_areStored() throws Exception {
    String etag = "é".repeat(512);
    cache()
        .getWith("k", context -> said(context.etag(etag).lastModified(Instant.MAX), "v1"), POLICY);
    assertThat(reload(afterRestart()).etag()).isEqualTo(etag);
    assertThat(ask("select count(*) from backstop_backup where blob is not null")).isEqualTo("1");
  }

  @Test
  void theContext_isForItsLoadersThreadWhileItRuns() throws Exception {
    BackedCache<String, String> cache = cache();
    AtomicReference<LoadContext<String>> kept = new AtomicReference<>();
    cache.getWith(
        "k",
        context -> {
          kept.set(context);
          Started<Void> other =
              Threads.start(
                  () -> {
                    checkUnusable(context);
                    return null;
                  });
          other.join();
          return "v1";
        },
        POLICY);
    checkUnusable(kept.get());
  }

  private static void checkUnusable(LoadContext<String> context) {
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("previous", context::previous);
    calls.put("previousStamp", context::previousStamp);
    calls.put("etag", context::etag);
    calls.put("lastModified", context::lastModified);
    calls.put("notModified", context::notModified);
    calls.put("asOf", () -> context.asOf(MODIFIED));
    calls.put("ttl", () -> context.ttl(TTL));
    calls.put("say etag", () -> context.etag(ETAG));
    calls.put("say lastModified", () -> context.lastModified(MODIFIED));
    calls.forEach(
        (name, call) ->
            assertThatThrownBy(call)
                .as(name)
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the load of k for cache feeds"));
  }

  @Test
  void aGetAndAGetWith_shareOneLoad_theFirstCallersLoaderRuns() throws Exception {
    BackedCache<String, String> cache = cache();
    Started<String> first =
        Threads.start(
            () ->
                cache.getWith(
                    "k",
                    context -> {
                      gate.enter();
                      return "of the context";
                    },
                    POLICY));
    gate.awaitEntered();
    Started<String> second = Threads.start(() -> cache.get("k", source));
    Threads.awaitWaiting(second.thread());
    gate.open();
    assertThat(second.join()).isEqualTo("of the context").isSameAs(first.join());
    assertThat(source.calls()).isZero();
    assertThat(cache.getWith("k", LoadContextTest::askAndFail, POLICY)).isEqualTo("of the context");
  }

  @Test
  void aLoadOnAnotherThread_hasItsContextToo() {
    BackedCache<String, String> cache = cache();
    load(cache);
    pastTtl();
    Policy timed = POLICY.hardTimeout(Duration.ofSeconds(30));
    assertThat(cache.getWith("k", context -> context.etag().orElseThrow(), timed)).isEqualTo(ETAG);
  }

  @Test
  void aRefreshAhead_isToldOfTheFreshCopy() throws Exception {
    BackedCache<String, String> cache = cache(open(builder -> builder.executor(Runnable::run)));
    Instant stamp = load(cache);
    clock.advance(TTL.dividedBy(2));
    ContextLoader<String, RuntimeException> loader = LoadContext::notModified;
    cache.getWith("k", loader, POLICY.refreshAhead(0.4));
    assertThat(cache.stamp("k").orElseThrow()).isAfter(stamp.plus(TTL.dividedBy(2)));
    assertThat(cache.entry("k", source, POLICY).value()).isEqualTo("v1");
  }

  @Test
  void null_isARemoval() {
    BackedCache<String, String> cache = cache();
    load(cache);
    pastTtl();
    assertThat(cache.getWith("k", context -> said(context.etag(ETAG), null), POLICY)).isNull();
    assertThat(catchThrowable(() -> cache.getWith("k", LoadContextTest::askAndFail, POLICY)))
        .isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void ofACopiedCache_eachPreviousValueIsACopy_andNotModifiedKeepsTheBytes() throws Exception {
    BackedCache<String, List<String>> cache =
        open().cache(CacheSpec.of("lists", String.class, TEXTS).ttl(TTL).copied());
    cache.getWith("k", context -> said(context.etag(ETAG).lastModified(MODIFIED)), POLICY);
    pastTtl();
    AtomicInteger asked = new AtomicInteger();
    Entry<List<String>> kept =
        cache.entryWith(
            "k",
            context -> {
              asked.incrementAndGet();
              context.previous().orElseThrow().add("by the loader");
              assertThat(context.previousStamp()).isPresent();
              assertThat(context.etag()).contains(ETAG);
              assertThat(context.lastModified()).contains(MODIFIED);
              return context.notModified();
            },
            POLICY);
    assertThat(kept.value()).containsExactly("a");
    kept.value().add("by the caller");
    assertThat(cache.get("k", () -> null)).containsExactly("a");
    assertThat(asked).hasValue(1);
    pastTtl();
    Instant snapshot = clock.instant();
    Entry<List<String>> changed =
        cache.entryWith(
            "k",
            context -> {
              List<String> previous = context.asOf(snapshot).ttl(MOMENT).previous().orElseThrow();
              assertThat(context.etag()).contains(ETAG);
              previous.add("b");
              return previous;
            },
            POLICY);
    assertThat(changed.value()).containsExactly("a", "b");
    assertThat(changed.createdAt()).isEqualTo(snapshot);
    assertThat(changed.expiresAt()).isEqualTo(snapshot.plus(MOMENT));
    pastTtl();
    assertThat(cache.getWith("k", context -> List.of(context.etag().orElse("no etag")), POLICY))
        .containsExactly("no etag");
  }

  private static List<String> said(LoadContext<List<String>> context) {
    assertThat(context).isNotNull();
    return new ArrayList<>(List.of("a"));
  }
}
