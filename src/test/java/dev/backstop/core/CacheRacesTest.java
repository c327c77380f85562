package dev.backstop.core;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import dev.backstop.BackedCache;
import dev.backstop.CacheSpec;
import dev.backstop.Entry;
import dev.backstop.Loader;
import dev.backstop.fast.FastTier;
import dev.backstop.fast.FastTiers;
import dev.backstop.fast.MapCopies;
import dev.backstop.testing.Effort;
import dev.backstop.testing.Tally;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Threads that get, change and peek at one key at once, held against {@link Promises}. Lincheck
 * makes up who calls what.
 */
@Tag("reliability")
class CacheRacesTest {
  /** Where threads may be switched; what else there is of Backstop is one step for each call. */
  private static final Set<String> RACING =
      Stream.of(
              Slots.class,
              Flight.class,
              Loads.class,
              Gets.class,
              Peeks.class,
              ExplicitChanges.class,
              TieredCache.class,
              Hits.class,
              MapCopies.class)
          .map(Class::getName)
          .collect(Collectors.toSet());

  private static final Map<String, Done> DONE = new TreeMap<>();

  static {
    System.setProperty("lincheck.logLevel", "ERROR"); // it warns of each field of a record
  }

  /** Each call of a scenario of ours has its own value. */
  private static int next = 100;

  private static boolean isOneStep(String name) {
    return name.startsWith("dev.backstop.")
        && !name.startsWith(CacheRacesTest.class.getName())
        && !RACING.contains(name);
  }

  /**
   * On a map in Ehcache's place, each switch between threads is one that Lincheck has chosen.
   *
   * @param first what is called first
   * @param one what one thread calls then
   * @param other what another thread calls meanwhile
   * @param last what is called last
   */
  @ParameterizedTest
  @CsvSource({
    "'', load, expire fail, peek fail",
    "'', load, remove peek, peek fail",
    "put, clear, load peek, peek fail",
    "put evict, peek, expire, load peek",
    "put evict, peek, put evict, peek load",
    "put expire, fail, expire peek, peek load",
    "put expire, fail, remove, peek fail",
    "put expire, fail peek, load, peek fail",
  })
  void chosenInterleavings_areAsPromised(String first, String one, String other, String last) {
    check(
        modelChecking()
            .iterations(0)
            .addCustomScenario(
                new ExecutionScenario(
                    actors(first), List.of(actors(one), actors(other)), actors(last), null)),
        OnMap.class);
  }

  private static List<Actor> actors(String names) {
    return Stream.of(names.split(" "))
        .filter(name -> !name.isEmpty())
        .map(
            name ->
                Stream.of(Calls.class.getMethods())
                    .filter(method -> method.getName().equals(name))
                    .findFirst()
                    .orElseThrow())
        .map(method -> new Actor(method, Collections.nCopies(method.getParameterCount(), next++)))
        .toList();
  }

  private static ModelCheckingOptions modelChecking() {
    return new ModelCheckingOptions()
        .invocationsPerIteration(Effort.of(25, 200))
        .invocationTimeout$lincheck(60_000) // on a busy machine, less is soon over
        .addGuarantee(forClasses(CacheRacesTest::isOneStep).allMethods().treatAsAtomic());
  }

  @Test
  void chosenInterleavingsOfWhatever_areAsPromised() {
    check(
        modelChecking()
            .iterations(Effort.of(2, 8))
            .threads(2)
            .actorsBefore(1)
            .actorsPerThread(2)
            .actorsAfter(2),
        OnMap.class);
  }

  @Test
  void interleavingsThatHappen_areAsPromised() {
    check(
        new StressOptions()
            .iterations(Effort.of(60, 600))
            .invocationsPerIteration(Effort.of(150, 500))
            .threads(3)
            .actorsBefore(2)
            .actorsPerThread(3)
            .actorsAfter(2),
        OnEhcache.class);
  }

  private static void check(Options<?, ?> options, Class<?> calls) {
    long opened = LoneCache.opened(); // before Lincheck instruments what opens its store
    long verified = PromisesVerifier.verified();
    options.verifier(PromisesVerifier.class).check(calls);
    DONE.merge(
        calls.getSimpleName(),
        new Done(LoneCache.opened() - opened, PromisesVerifier.verified() - verified),
        Done::plus);
  }

  private record Done(long interleavings, long outcomes) {
    Done plus(Done more) {
      return new Done(interleavings + more.interleavings, outcomes + more.outcomes);
    }
  }

  @AfterAll
  static void note() {
    DONE.forEach(
        (where, done) ->
            Tally.note(
                CacheRacesTest.class,
                "%s: %,d interleavings, %,d different outcomes"
                    .formatted(where, done.interleavings, done.outcomes)));
  }

  /** What the threads do. */
  @Param(name = "value", gen = IntGen.class, conf = "1:99")
  public abstract static class Calls {
    private final String key;
    private final BackedCache<String, String> cache;

    Calls(String key, BackedCache<String, String> cache) {
      this.key = key;
      this.cache = cache;
    }

    abstract void forget(String forgotten);

    @Operation
    public String load(@Param(name = "value") int value) {
      return get(
          () -> {
            Thread.yield(); // or the threads would hardly meet
            return "" + value;
          });
    }

    @Operation
    public String fail() {
      return get(
          () -> {
            Thread.yield();
            throw new IOException();
          });
    }

    private String get(Loader<String, IOException> loader) {
      try {
        return cache.get(key, loader);
      } catch (IOException failure) {
        return Promises.FAILED;
      }
    }

    @Operation
    public String peek() {
      return cache.peek(key).map(Entry::value).orElse(Promises.NOTHING);
    }

    @Operation
    public String put(@Param(name = "value") int value) {
      cache.put(key, "" + value);
      return Promises.DONE;
    }

    @Operation
    public String expire() {
      cache.expire(key);
      return Promises.DONE;
    }

    @Operation
    public String remove() {
      cache.remove(key);
      return Promises.DONE;
    }

    @Operation
    public String clear() {
      cache.clear();
      return Promises.DONE;
    }

    @Operation
    public String evict() {
      forget(key);
      return Promises.DONE;
    }
  }

  public static class OnMap extends Calls {
    private final MapCopies<String, String> map;

    public OnMap() {
      this(new MapCopies<>());
    }

    private OnMap(MapCopies<String, String> map) {
      super(LoneCache.key(), LoneCache.open(map.tier()));
      this.map = map;
    }

    @Override
    void forget(String key) {
      map.remove(key);
    }
  }

  public static class OnEhcache extends Calls {
    private static final FastTiers TIERS = new FastTiers(null);
    private static final FastTier<String, String> TIER =
        TIERS.open(CacheSpec.of("feeds", String.class, String.class));
    private static final BackedCache<String, String> CACHE = LoneCache.open(TIER);

    public OnEhcache() {
      super(LoneCache.key(), CACHE);
    }

    @Override
    void forget(String key) {
      TIER.remove(key);
    }
  }
}
