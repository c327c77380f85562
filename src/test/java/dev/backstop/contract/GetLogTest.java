package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.backstop.BackedCache;
import dev.backstop.BackupReads;
import dev.backstop.CacheSpec;
import dev.backstop.Policy;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Logged;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/** What the logger {@code dev.backstop.gets} tells at DEBUG: the key, and who answered. */
class GetLogTest extends Fixture {
  private static final Policy POLICY = Policy.ttl(TTL);
  private static final String FAILURE = "java.io.IOException";

  private final Source source = new Source("a secret");

  private static List<String> told(Logged log) {
    return log.messages(Level.FINE);
  }

  @Test
  void eachGetTellsWhichTierAnswered() throws Exception {
    BackedCache<String, String> cache = cache();
    try (Logged log = new Logged(Level.FINE)) {
      cache.get("planet", source);
      cache.get("planet", source);
      cache.get("planet", source, TTL);
      pastTtl();
      source.fail();
      cache.entry("planet", source, POLICY);
      cache.getWith("planet", context -> "never", POLICY);
      assertThat(catchThrowable(() -> cache.get("comet", source))).isInstanceOf(IOException.class);
      source.answer(null);
      cache.get("comet", source);
      assertThat(told(log))
          .containsExactly(
              "Cache feeds, key planet: source",
              "Cache feeds, key planet: heap",
              "Cache feeds, key planet: heap",
              "Cache feeds, key planet: backups, standing in for " + FAILURE,
              "Cache feeds, key planet: heap, standing in for " + FAILURE,
              "Cache feeds, key comet: failed, " + FAILURE,
              "Cache feeds, key comet: source");
    }
  }

  @Test
  void aFreshBackupAndPeeksTellTheirs() throws Exception {
    cache().put("planet", "a secret");
    BackedCache<String, String> cache = afterRestart();
    try (Logged log = new Logged(Level.FINE)) {
      cache.peek("planet");
      cache.contains("planet");
      cache.stamp("comet");
      cache().get("planet", source, POLICY.backupReads(BackupReads.WHILE_FRESH));
      pastTtl();
      source.fail();
      cache.get("planet", source, POLICY);
      cache.peek("planet");
      assertThat(told(log))
          .containsExactly(
              "Cache feeds, key planet: backups",
              "Cache feeds, key planet: heap",
              "Cache feeds, key comet: nothing",
              "Cache feeds, key planet: backups",
              "Cache feeds, key planet: backups, standing in for " + FAILURE,
              "Cache feeds, key planet: heap, standing in for " + FAILURE);
    }
  }

  @Test
  void eachKeyOfABulkGetTellsItsOwn() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.put("backed", "a secret");
    pastTtl();
    cache.put("fresh", "a secret");
    try (Logged log = new Logged(Level.FINE)) {
      Throwable thrown =
          catchThrowable(
              () ->
                  cache.getAllWith(
                      List.of("fresh", "backed", "loaded", "absent", "failed", "worse"),
                      (keys, context) -> {
                        context.failed("backed", new IOException("a secret"));
                        context.failed("failed", new IOException("a secret"));
                        context.failed("worse", new IllegalStateException("a secret"));
                        return Map.of("loaded", "a secret");
                      },
                      POLICY));
      assertThat(thrown).isInstanceOf(IOException.class);
      assertThat(told(log))
          .containsExactly(
              "Cache feeds, key fresh: heap",
              "Cache feeds, key backed: backups, standing in for " + FAILURE,
              "Cache feeds, key loaded: source",
              "Cache feeds, key absent: nothing",
              "Cache feeds, key failed: failed, " + FAILURE,
              "Cache feeds, key worse: failed, java.lang.IllegalStateException");
    }
  }

  @Test
  void whoWaitedForALoadTellsOfItToo() throws Exception {
    BackedCache<String, String> cache = cache();
    Gate gate = new Gate();
    try (Logged log = new Logged(Level.FINE)) {
      Started<String> leads =
          Threads.start(
              () ->
                  cache.get(
                      "planet",
                      () -> {
                        gate.enter();
                        throw new IOException("a secret");
                      }));
      gate.awaitEntered();
      Started<String> joins = Threads.start(() -> cache.get("planet", source));
      Threads.awaitWaiting(joins.thread());
      Started<Map<String, String>> many =
          Threads.start(() -> cache.getAll(List.of("planet"), keys -> Map.of(), POLICY));
      Threads.awaitWaiting(many.thread());
      gate.open();
      assertThat(leads.outcome().failure()).isInstanceOf(IOException.class);
      assertThat(joins.outcome().failure()).isInstanceOf(IOException.class);
      assertThat(many.outcome().failure()).isInstanceOf(IOException.class);
      String failed = "Cache feeds, key planet: failed, " + FAILURE;
      assertThat(told(log)).containsExactly(failed, failed, failed);
    }
  }

  @Test
  void anErrorIsToldOfUnlessThereMayBeNoRoom() {
    BackedCache<String, String> cache = cache();
    try (Logged log = new Logged(Level.FINE)) {
      assertThat(catchThrowable(() -> cache.get("planet", () -> die(new AssertionError()))))
          .isInstanceOf(AssertionError.class);
      assertThat(
              catchThrowable(
                  () ->
                      cache.getAll(
                          List.of("a", "b"),
                          keys -> Map.of("a", die(new AssertionError())),
                          POLICY)))
          .isInstanceOf(AssertionError.class);
      assertThat(catchThrowable(() -> cache.get("planet", () -> die(new StackOverflowError()))))
          .isInstanceOf(StackOverflowError.class);
      assertThat(told(log))
          .containsExactly(
              "Cache feeds, key planet: failed, java.lang.AssertionError",
              "Cache feeds, key a: failed, java.lang.AssertionError",
              "Cache feeds, key b: failed, java.lang.AssertionError");
    }
  }

  private static String die(Error error) {
    throw error;
  }

  @Test
  void longKeysAreShortenedAndAreThoseOfTheTable() throws Exception {
    try (Logged log = new Logged(Level.FINE)) {
      cache(closing(builder().dataSource(database).namespace("shop").build()))
          .get("k".repeat(90), source);
      record Place(String town, int floor) {}
      open()
          .cache(CacheSpec.of("places", Place.class, String.class).copied())
          .get(new Place("a\nb", 2), source);
      assertThat(told(log))
          .containsExactly(
              "Cache shop:feeds, key " + "k".repeat(80) + "…: source",
              "Cache places, key [\"a\\u000ab\",2]: source");
    }
  }

  @Test
  void itIsOffUntilItIsSwitchedOn_andThenAtOnce() throws Exception {
    BackedCache<String, String> cache = cache();
    try (Logged log = new Logged()) {
      cache.get("planet", source);
      cache.get("planet", source);
      assertThat(told(log)).isEmpty();
      try (Logged switchedOn = new Logged(Level.FINE)) {
        cache.get("planet", source);
        assertThat(told(switchedOn)).containsExactly("Cache feeds, key planet: heap");
      }
      cache.get("planet", source, Duration.ofHours(1));
      assertThat(told(log)).hasSize(1);
    }
  }
}
