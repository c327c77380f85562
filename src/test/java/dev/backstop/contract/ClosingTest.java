package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupUnavailableException;
import dev.backstop.CacheSpec;
import dev.backstop.CacheTier;
import dev.backstop.Codec;
import dev.backstop.Durability;
import dev.backstop.GenericType;
import dev.backstop.Policy;
import dev.backstop.codec.JsonCodec;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Logged;
import dev.backstop.testing.MapTier;
import dev.backstop.testing.Outcome;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Closing while others are at work, from wherever: the leak check holds it to the rest. */
class ClosingTest extends Fixture {
  private static final Policy AWAY = Policy.ttl(TTL).hardTimeout(Duration.ofMinutes(1));

  @TempDir private Path directory;
  private final Source source = new Source("v1");
  private final Gate gate = new Gate();

  private static Started<Boolean> close(Backstop backstop) {
    return Threads.start(
        () -> {
          backstop.close();
          return Thread.currentThread().isInterrupted();
        });
  }

  /** The writer is held in its transaction of the first, and the second is queued. */
  private List<Started<String>> twoWrites(BackedCache<String, String> cache) throws Exception {
    database.forgetStatements();
    database.holdNextAnswer("backstop_backup", gate);
    Started<String> first = Threads.start(() -> cache.get("first", source));
    gate.awaitEntered();
    Started<String> second = Threads.start(() -> cache.get("second", source));
    Threads.awaitWaiting(second.thread());
    return List.of(first, second);
  }

  @Test
  void whoeverCloses_returnsWhenItIsClosed_andEachWriteIsFlushedOnce() throws Exception {
    Backstop backstop = open();
    List<Started<String>> loads = twoWrites(cache(backstop));
    List<Started<Boolean>> closes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      closes.add(close(backstop));
    }
    closes.forEach(close -> Threads.awaitWaiting(close.thread()));
    gate.open();
    for (Started<Boolean> close : closes) {
      close.join();
      assertThat(ask("select count(*) from backstop_backup")).isEqualTo("2");
    }
    for (Started<String> load : loads) {
      assertThat(load.join()).isEqualTo("v1");
    }
    assertThat(database.statements().stream().filter(sql -> sql.contains("last_access")))
        .hasSize(2);
  }

  @Test
  void whoIsInterruptedWhileItCloses_writesWhatIsQueued_andKeepsTheFlag() throws Exception {
    Backstop backstop = open();
    List<Started<String>> loads = twoWrites(cache(backstop));
    Started<Boolean> close = close(backstop);
    Threads.awaitWaiting(close.thread());
    close.thread().interrupt();
    assertThat(Eventually.within(MOMENT, close::isDone)).isFalse();
    gate.open();
    assertThat(close.join()).isTrue();
    for (Started<String> load : loads) {
      assertThat(load.join()).isEqualTo("v1");
    }
    assertThat(ask("select count(*) from backstop_backup")).isEqualTo("2");
  }

  /** An interrupt ends what Ehcache writes to a file, and a load's thread is interrupted. */
  @Test
  void whatIsOnDisk_outlastsAClosingByAnInterruptedThread() throws Exception {
    for (boolean byALoad : new boolean[] {true, false}) {
      Backstop backstop = open(builder -> builder.diskDirectory(directory));
      BackedCache<String, String> cache = backstop.cache(onDisk());
      cache.put("k", "v" + byALoad);
      if (byALoad) {
        assertThat(
                cache.get(
                    "other",
                    () -> {
                      backstop.close();
                      return "loaded";
                    },
                    AWAY))
            .isEqualTo("loaded");
      } else {
        Thread.currentThread().interrupt();
        backstop.close();
        assertThat(Thread.interrupted()).isTrue();
      }
      try (Logged logged = new Logged()) {
        BackedCache<String, String> again =
            open(builder -> builder.diskDirectory(directory)).cache(onDisk());
        assertThat(again.get("k", source)).isEqualTo("v" + byALoad);
        assertThat(logged.messages(Level.WARNING)).isEmpty();
      }
      closeAll();
    }
    assertThat(source.calls()).isZero();
  }

  private static CacheSpec<String, String> onDisk() {
    return CacheSpec.of("feeds", String.class, String.class).ttl(TTL).diskBytes(4 << 20);
  }

  /** From where it is closed; each has "k" stand in, if nobody closed it. */
  enum Place {
    LOADER,
    STAND_IN_ON,
    CHANGED_SINCE,
    FINGERPRINT,
    ENCODER,
    DECODER,
    TIER,
    EXECUTOR
  }

  @ParameterizedTest
  @EnumSource
  void closedFromWithinAGet_answersItAndWhoWaits(Place place) throws Exception {
    Closer closer = new Closer(place);
    Backstop backstop = open(b -> b.codec(closer.codec()).executor(closer::execute));
    BackedCache<String, String> cache =
        backstop.cache(
            CacheSpec.of("feeds", String.class, String.class).ttl(TTL).tiers(closer.tier()));
    cache.put("k", "v1");
    cache.put("other", "v1");
    if (place != Place.CHANGED_SINCE) {
      cache.expire("k");
    }
    cache.expire("other");
    IOException down = new IOException("down");
    Gate loading = new Gate();
    closer.backstop = backstop;
    Policy policy =
        (place == Place.EXECUTOR ? AWAY : Policy.ttl(TTL))
            .standInOn(
                failure -> {
                  closer.at(Place.STAND_IN_ON);
                  return true;
                })
            .changedSince(
                stamp -> {
                  closer.at(Place.CHANGED_SINCE);
                  return true;
                })
            .fingerprint(
                () -> {
                  closer.at(Place.FINGERPRINT);
                  return "f";
                });
    Started<String> other =
        Threads.start(
            () ->
                cache.get(
                    "other",
                    () -> {
                      loading.enter();
                      throw down;
                    }));
    loading.awaitEntered();
    closer.isArmed = true;
    try (Logged logged = new Logged()) {
      Outcome<String> got =
          Threads.<String>start(
                  () ->
                      cache.get(
                          "k",
                          () -> {
                            closer.at(Place.LOADER);
                            if (place == Place.ENCODER) {
                              return "v2";
                            }
                            throw down;
                          },
                          policy))
              .outcome();
      assertThat(closer.closed).hasValue(1);
      if (got.succeeded()) {
        assertThat(got.value()).isEqualTo(place == Place.ENCODER ? "v2" : "v1");
      } else if (got.failure() != down) {
        assertThat(got.failure())
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("This Backstop is closed");
      }
      loading.open();
      assertThat(other.outcome().value()).isEqualTo("v1"); // a copy in hand
      assertThat(logged.messages(Level.WARNING)).isEmpty();
    }
  }

  /** Closes a Backstop at one place, the first time that somebody comes there. */
  private static final class Closer {
    private final Place place;
    private final AtomicInteger closed = new AtomicInteger();
    private volatile boolean isArmed;
    private volatile Backstop backstop;

    Closer(Place place) {
      this.place = place;
    }

    void at(Place here) {
      if (isArmed && here == place && closed.compareAndSet(0, 1)) {
        backstop.close();
      }
    }

    void execute(Runnable task) {
      Thread thread =
          new Thread(
              () -> {
                at(Place.EXECUTOR);
                task.run();
              });
      thread.start();
    }

    CacheTier tier() {
      MapTier map = new MapTier("map");
      return new CacheTier() {
        @Override
        public String name() {
          return map.name();
        }

        @Override
        public byte[] get(String key) {
          at(Place.TIER);
          return map.get(key);
        }

        @Override
        public void put(String key, byte[] bytes) {
          map.put(key, bytes);
        }

        @Override
        public void remove(String key) {
          map.remove(key);
        }

        @Override
        public void removeIf(Predicate<? super String> keys) {
          map.removeIf(keys);
        }
      };
    }

    Codec codec() {
      return new HookedCodec(() -> at(Place.ENCODER), () -> at(Place.DECODER));
    }
  }

  /** It was asked for while it was open, and comes to the queue when nobody writes any more. */
  @ParameterizedTest
  @EnumSource
  void aPutThatComesTooLate_saysSo_andDoesNotWait(Durability durability) throws Exception {
    AtomicBoolean isHeld = new AtomicBoolean();
    Codec codec =
        new HookedCodec(
            () -> {
              if (isHeld.get()) {
                gate.enter();
              }
            },
            () -> {});
    Backstop backstop = open(b -> b.codec(codec).backupTimeout(Duration.ofSeconds(60)));
    BackedCache<String, String> cache =
        backstop.cache(
            CacheSpec.of("feeds", String.class, String.class).ttl(TTL).durability(durability));
    cache.put("before", "v1");
    isHeld.set(true);
    Started<Void> put =
        Threads.start(
            () -> {
              cache.put("k", "v1");
              return null;
            });
    gate.awaitEntered();
    backstop.close();
    gate.open();
    assertThat(put.outcome().failure())
        .isInstanceOf(
            durability == Durability.SYNC
                ? BackupUnavailableException.class
                : IllegalStateException.class)
        .hasMessageContaining("Backstop is closed");
    assertThat(ask("select count(*) from backstop_backup")).isEqualTo("1");
  }

  /** Encodes and decodes as JSON does, after something else. */
  private record HookedCodec(Hook beforeEncoding, Hook beforeDecoding) implements Codec {
    private static final JsonCodec JSON = new JsonCodec();

    interface Hook {
      void run() throws InterruptedException;

      default void runNow() {
        try {
          run();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }

    @Override
    public String id() {
      return JSON.id();
    }

    @Override
    public int format() {
      return JSON.format();
    }

    @Override
    public <V> byte[] encode(V value, GenericType<V> type) {
      beforeEncoding.runNow();
      return JSON.encode(value, type);
    }

    @Override
    public <V> V decode(byte[] blob, int format, GenericType<V> type) {
      beforeDecoding.runNow();
      return JSON.decode(blob, format, type);
    }
  }

  /** What can't be written is said to those who wait for it, at once. */
  @Test
  void whoWaitsForAWriteThatFailsAtTheEnd_isToldSo() throws Exception {
    Backstop backstop = open(b -> b.backupTimeout(Duration.ofSeconds(60)));
    BackedCache<String, String> cache = cache(backstop);
    database.holdNextAnswer("backstop_backup", gate);
    Started<Void> first = put(cache, "first");
    gate.awaitEntered();
    Started<Void> second = put(cache, "second");
    Threads.awaitWaiting(second.thread());
    Started<Boolean> close = close(backstop);
    Threads.awaitWaiting(close.thread());
    database.refuse();
    gate.open();
    close.join();
    assertThat(second.outcome().failure())
        .isInstanceOf(BackupUnavailableException.class)
        .hasMessageEndingWith("is not durable, as this Backstop is closed");
    first.outcome(); // on PostgreSQL its statement was a transaction of its own
  }

  private static Started<Void> put(BackedCache<String, String> cache, String key) {
    return Threads.start(
        () -> {
          cache.put(key, "v1");
          return null;
        });
  }
}
