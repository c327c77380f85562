package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Entry;
import dev.backstop.GenericType;
import dev.backstop.Loader;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.codec.JavaCodec;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Logged;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/** {@code copied()}: every caller's value is its own. */
class CopiedTest extends Fixture {
  private static final GenericType<List<String>> TEXTS = new GenericType<>() {};

  /** Can't be encoded as JSON, nor is it serializable. */
  static final class Open {
    public InputStream getStream() {
      throw new IllegalStateException("Not here");
    }
  }

  /** Can be encoded and not decoded. */
  static final class OneWay implements Serializable {
    private static final long serialVersionUID = 1L;

    private void readObject(ObjectInputStream in) {
      throw new IllegalStateException("One way");
    }
  }

  private final AtomicInteger loads = new AtomicInteger();

  private static CacheSpec<String, List<String>> spec() {
    return CacheSpec.of("lists", String.class, TEXTS).ttl(TTL).copied();
  }

  private static List<String> texts() {
    return new ArrayList<>(List.of("a"));
  }

  private static List<String> down() throws IOException {
    throw new IOException("The source is down");
  }

  @Test
  void noCallerSeesWhatAnotherDoesToItsValue() throws Exception {
    BackedCache<String, List<String>> cache = open().cache(spec());
    List<String> source = texts();
    Loader<List<String>, RuntimeException> loader = () -> source;
    cache.get("k", loader).add("the loader's own caller");
    source.add("the source itself");
    cache.get("k", loader).add("a hit");
    cache.get("k", loader, TTL).add("a hit with a ttl");
    cache.get("k", loader, Policy.ttl(TTL)).add("a hit with a policy");
    cache.entry("k", loader, Policy.unset()).value().add("an entry");
    cache.peek("k").orElseThrow().value().add("a peek");
    assertThat(cache.get("k", loader)).containsExactly("a");
    pastTtl();
    cache.get("k", CopiedTest::down).add("a stand-in");
    Entry<List<String>> standIn = cache.entry("k", CopiedTest::down, Policy.unset());
    assertThat(standIn.origin()).isEqualTo(Origin.STAND_IN);
    assertThat(standIn.value()).containsExactly("a");
  }

  @Test
  void whatIsPut_isCopiedToo() throws Exception {
    BackedCache<String, List<String>> cache = open().cache(spec());
    List<String> mine = texts();
    cache.put("k", mine);
    mine.add("after the put");
    assertThat(cache.get("k", CopiedTest::down)).containsExactly("a");
    List<String> added = texts();
    assertThat(cache.add("k2", added, TTL)).isTrue();
    added.add("after the add");
    assertThat(cache.get("k2", CopiedTest::down)).containsExactly("a");
  }

  @Test
  void callersWhoJoinALoad_shareItAndNotItsValue() throws Exception {
    BackedCache<String, List<String>> cache = open().cache(spec());
    Gate gate = new Gate();
    Loader<List<String>, InterruptedException> loader =
        () -> {
          loads.incrementAndGet();
          gate.enter();
          return texts();
        };
    Started<List<String>> leader = Threads.start(() -> cache.get("k", loader));
    gate.awaitEntered();
    Started<List<String>> joiner = Threads.start(() -> cache.get("k", loader));
    Threads.awaitWaiting(joiner.thread());
    gate.open();
    assertThat(leader.join()).isEqualTo(joiner.join()).isNotSameAs(joiner.join());
    assertThat(loads).hasValue(1);
  }

  @Test
  void aBackup_standsInAfterARestart_andIsReadByCachesThatDoNotCopy() throws Exception {
    try (Backstop backstop = open()) {
      backstop.cache(spec()).get("k", CopiedTest::texts);
    }
    assertThat(ask("select type_fingerprint from backstop_backup")).isEqualTo(TEXTS.toString());
    pastTtl();
    BackedCache<String, List<String>> copied = open().cache(spec());
    copied.get("k", CopiedTest::down).add("a stand-in");
    assertThat(copied.get("k", CopiedTest::down)).containsExactly("a");
    BackedCache<String, List<String>> shared =
        open().cache(CacheSpec.of("lists", String.class, TEXTS));
    assertThat(shared.get("k", CopiedTest::down)).containsExactly("a");
  }

  @Test
  void aBackupThatCantBeDecoded_countsAsNone() throws Exception {
    try (Backstop backstop = open()) {
      backstop.cache(spec()).put("k", texts());
    }
    run("update backstop_backup set codec = 'another'");
    BackedCache<String, List<String>> cache = open().cache(spec());
    assertThat(cache.peek("k")).isEmpty();
    assertThatThrownBy(() -> cache.get("k", CopiedTest::down)).isInstanceOf(IOException.class);
  }

  @Test
  void null_isWhatTheSourceSays() throws Exception {
    BackedCache<String, List<String>> cache = open().cache(spec());
    assertThat(cache.get("k", () -> null)).isNull();
    assertThat(cache.entry("k", () -> null, Policy.unset()).value()).isNull();
    assertThatThrownBy(() -> cache.get("k", null)).hasMessage("loader must not be null");
    assertThatThrownBy(() -> cache.put("k", null)).hasMessage("value must not be null");
  }

  @Test
  void changes_areThoseOfAnyCache() throws Exception {
    BackedCache<String, List<String>> cache = open().cache(spec());
    cache.put("k", texts(), TTL);
    assertThat(cache.name()).isEqualTo("lists");
    assertThat(cache.contains("k")).isTrue();
    assertThat(cache.stamp("k")).isPresent();
    cache.expire("k");
    assertThat(cache.contains("k")).isFalse();
    cache.put("k", texts(), TTL, clock.instant());
    assertThat(cache.contains("k")).isTrue();
    assertThat(cache.add("k", texts(), TTL)).isFalse();
    cache.expireCreatedBefore(clock.instant());
    assertThat(cache.contains("k")).isFalse();
    cache.removeCreatedBefore(clock.instant());
    assertThat(cache.peek("k")).isEmpty();
    cache.put("k", texts());
    cache.remove("k");
    assertThat(cache.peek("k")).isEmpty();
    cache.put("k", texts());
    cache.clear();
    assertThat(cache.peek("k")).isEmpty();
  }

  @Test
  void theSameSpec_isTheSameCache() {
    Backstop backstop = open();
    assertThat(backstop.cache(spec())).isSameAs(backstop.cache(spec()));
  }

  @Test
  void aValueThatCantBeEncoded_goesToItsLoadersCallerAndNowhereElse() throws Exception {
    checkUncopyable(
        open().cache(CacheSpec.of("odd", String.class, Open.class).copied()), Open::new);
  }

  @Test
  void aValueThatCantBeDecoded_goesToItsLoadersCallerAndNowhereElse() throws Exception {
    checkUncopyable(
        open()
            .cache(
                CacheSpec.of("odd", String.class, OneWay.class)
                    .codec(JavaCodec.allowing(OneWay.class))
                    .copied()),
        OneWay::new);
  }

  private <V> void checkUncopyable(BackedCache<String, V> cache, Loader<V, RuntimeException> source)
      throws Exception {
    try (Logged log = new Logged()) {
      V value = source.load();
      assertThat(cache.get("k", () -> value)).isSameAs(value);
      Policy patient = Policy.unset().hardTimeout(Duration.ofSeconds(30)); // on another thread
      assertThat(cache.get("k", () -> value, patient)).isSameAs(value);
      Entry<V> entry = cache.entry("k", () -> value, Policy.unset());
      assertThat(entry.value()).isSameAs(value);
      assertThat(entry.origin()).isEqualTo(Origin.SOURCE);
      assertThat(entry.expiresAt()).isEqualTo(entry.createdAt());
      assertThat(cache.peek("k")).isEmpty();
      assertThatThrownBy(() -> cache.put("k", value))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("value must be ");
      assertThat(log.messages(Level.WARNING))
          .filteredOn(message -> message.contains("it can't be copied"))
          .hasSize(1);
    }
    Gate gate = new Gate();
    Loader<V, InterruptedException> held =
        () -> {
          loads.incrementAndGet();
          gate.enter();
          return source.load();
        };
    Started<V> leader = Threads.start(() -> cache.get("k", held));
    gate.awaitEntered();
    Started<V> joiner = Threads.start(() -> cache.get("k", held));
    Threads.awaitWaiting(joiner.thread());
    gate.open();
    assertThat(leader.join()).isNotSameAs(joiner.join());
    assertThat(loads).hasValue(2);
  }

  @Test
  void bulkGetsAndPuts_copyToo() throws Exception {
    BackedCache<String, List<String>> cache = open().cache(spec());
    List<String> mine = texts();
    cache.putAll(Map.of("put", mine), TTL);
    cache.putAll(Map.of("for the ttl", mine));
    mine.add("after the put");
    assertThat(cache.get("for the ttl", () -> List.of())).containsExactly("a");
    Policy policy = Policy.ttl(TTL);
    for (int i = 0; i < 2; i++) {
      Map<String, List<String>> all =
          cache.getAll(
              List.of("k", "put", "gone", "absent"),
              keys -> {
                Map<String, List<String>> loaded = new HashMap<>();
                loaded.put("k", texts());
                loaded.put("gone", null);
                return loaded;
              },
              policy);
      assertThat(all).containsOnlyKeys("k", "put", "gone").containsEntry("gone", null);
      assertThat(all.get("k")).containsExactly("a");
      assertThat(all.get("put")).containsExactly("a");
      all.get("k").add("mine alone");
      all.get("put").add("mine alone");
    }
    cache.removeAll(List.of("k", "put"));
    assertThat(cache.peek("k")).isEmpty();
  }

  @Test
  void inABulkGet_whatCannotBeCopiedIsItsCallersAlone() throws Exception {
    BackedCache<String, Object> cache =
        open().cache(CacheSpec.of("things", String.class, Object.class).ttl(TTL).copied());
    Open open = new Open();
    try (Logged logged = new Logged()) {
      assertThat(
              cache.getAll(
                  List.of("a", "open", "b"),
                  keys -> Map.of("a", "v", "open", open, "b", "v"),
                  Policy.ttl(TTL)))
          .containsExactly(Map.entry("a", "v"), Map.entry("open", open), Map.entry("b", "v"));
      assertThat(logged.messages(Level.WARNING)).hasSize(1);
    }
    assertThat(cache.contains("a")).isTrue();
    assertThat(cache.contains("open")).isFalse();
  }
}
