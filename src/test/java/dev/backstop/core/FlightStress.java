package dev.backstop.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.backstop.CacheTier;
import dev.backstop.Loader;
import dev.backstop.Policy;
import dev.backstop.Validators;
import dev.backstop.backup.RowKey;
import dev.backstop.fast.FastCopy;
import dev.backstop.fast.MapCopies;
import java.io.IOException;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * What a load publishes against what changes its key meanwhile, in pairs: all is the library's but
 * Ehcache, in whose place is a map. Each key has a cache of its own, without backups.
 */
public final class FlightStress {
  private static final String KEY = "k";
  private static final RowKey ROW = new RowKey("feeds", KEY);
  private static final Policy POLICY =
      Policy.ttl(Duration.ofHours(1))
          .withoutReading(CacheTier.BACKUPS)
          .withoutWriting(CacheTier.BACKUPS)
          .over(Policy.DEFAULTS);
  private static final Terms TERMS = Terms.of(POLICY);
  private static final Terms OVERDUE_AT_ONCE =
      new Terms(
          TERMS.ttl(),
          TERMS.jitter(),
          TERMS.maxStale(),
          TERMS.softNanos(),
          0,
          TERMS.standInFor(),
          TERMS.standInAtMost(),
          TERMS.standInOn(),
          TERMS.backupReads(),
          TERMS.question(),
          TERMS.unread(),
          TERMS.unwritten());
  private static final Loader<String, IOException> FAILS =
      () -> {
        throw new IOException();
      };

  private FlightStress() {}

  /** A cache of one key. */
  public abstract static class Key {
    final Parts<String, String> parts = LoneCache.parts(new MapCopies<String, String>().tier());
    final Slots<String, String> slots = parts.slots();
    private final Loads<String, String> loads = new Loads<>(parts);

    Slots.Joined<String> join(Terms terms) {
      return slots.join(
          KEY,
          true,
          copy -> slots.serves(copy, parts.clock().now(), Long.MAX_VALUE),
          stamp -> loads.flight(KEY, ROW, stamp, terms));
    }

    Flight<String> lead(Terms terms) {
      return join(terms).flight();
    }

    void load(Flight<String> flight) {
      load(flight, () -> "loaded");
    }

    void load(Flight<String> flight, Loader<String, ?> loader) {
      loads.run(KEY, ROW, flight, loader, TERMS);
    }

    /** What a loader returned that was begun before. */
    void loaded(Flight<String> flight, String value) {
      loads.loaded(KEY, ROW, flight, value, flight.stamp(), TERMS, TERMS.ttl(), Validators.NONE);
    }

    void change(Slots.CopyChange<String> change) {
      slots.change(KEY, null, stamp -> stamp, change).tellTiers().run();
    }

    void put(String value) {
      change((copy, at) -> FastCopy.fresh(value, at, at + TERMS.ttl()));
    }

    void remove() {
      change((copy, at) -> null);
    }

    void expire() {
      change((copy, at) -> copy == null ? null : copy.expired());
    }

    void clear() {
      slots.bar(null, parts.clock().latest()).run();
    }

    /** What the fast tier holds. */
    String held() {
      FastCopy<String> copy = slots.get(KEY);
      if (copy == null) {
        return "nothing";
      }
      boolean isServed = slots.serves(copy, parts.clock().now(), Long.MAX_VALUE);
      String how = isServed ? "" : slots.isAlive(copy.createdAt()) ? "stale " : "dead ";
      return how + copy.value() + (copy.failure() == null ? "" : " standing in");
    }

    /** What a get does now. */
    String get() {
      Slots.Joined<String> joined = join(TERMS);
      if (joined.copy() != null) {
        return joined.copy().value();
      }
      return joined.leads() ? "loads" : "joins";
    }
  }

  /** A removal during a load. */
  @JCStressTest
  @State
  @Outcome(id = "loads, nothing", expect = ACCEPTABLE, desc = "the removal wins")
  @Outcome(expect = FORBIDDEN, desc = "the load wins, or is joined by who came after the removal")
  public static class LoadAgainstRemove extends Key {
    private final Flight<String> flight = lead(TERMS);

    @Actor
    public void loader() {
      load(flight);
    }

    @Actor
    public void remover(LL_Result r) {
      remove();
      r.r1 = get();
    }

    @Arbiter
    public void end(LL_Result r) {
      r.r2 = held();
    }
  }

  /** An expiry during a load. */
  @JCStressTest
  @State
  @Outcome(id = "loads, nothing", expect = ACCEPTABLE, desc = "before the load was published")
  @Outcome(id = "loads, stale loaded", expect = ACCEPTABLE, desc = "after it was")
  @Outcome(expect = FORBIDDEN, desc = "the load wins, or is joined by who came after the expiry")
  public static class LoadAgainstExpire extends Key {
    private final Flight<String> flight = lead(TERMS);

    @Actor
    public void loader() {
      load(flight);
    }

    @Actor
    public void expirer(LL_Result r) {
      expire();
      r.r1 = get();
    }

    @Arbiter
    public void end(LL_Result r) {
      r.r2 = held();
    }
  }

  /** The end of the whole cache during a load: no step of the key. */
  @JCStressTest
  @State
  @Outcome(id = "loads, nothing", expect = ACCEPTABLE, desc = "the load fills nothing")
  @Outcome(id = "loads, dead loaded", expect = ACCEPTABLE, desc = "or what nobody is served")
  @Outcome(expect = FORBIDDEN, desc = "the load wins, or is joined by who came after the clear")
  public static class LoadAgainstClear extends Key {
    private final Flight<String> flight = lead(TERMS);

    @Actor
    public void loader() {
      load(flight);
    }

    @Actor
    public void clearer(LL_Result r) {
      clear();
      r.r1 = get();
    }

    @Arbiter
    public void end(LL_Result r) {
      r.r2 = held();
    }
  }

  /** A put during a load. */
  @JCStressTest
  @State
  @Outcome(id = "put, put", expect = ACCEPTABLE, desc = "the put wins")
  @Outcome(expect = FORBIDDEN, desc = "the load wins")
  public static class LoadAgainstPut extends Key {
    private final Flight<String> flight = lead(TERMS);

    @Actor
    public void loader() {
      load(flight);
    }

    @Actor
    public void putter(LL_Result r) {
      put("put");
      r.r1 = get();
    }

    @Arbiter
    public void end(LL_Result r) {
      r.r2 = held();
    }
  }

  /** A load that was abandoned lands together with the one that took its place. */
  @JCStressTest
  @State
  @Outcome(id = "newer", expect = ACCEPTABLE, desc = "the higher stamp wins")
  @Outcome(expect = FORBIDDEN, desc = "the lower does")
  public static class LoadAgainstLateLoad extends Key {
    private final Flight<String> late = lead(OVERDUE_AT_ONCE);
    private final boolean begun = late.begin();
    private final Flight<String> flight = lead(TERMS);

    @Actor
    public void loader() {
      loaded(late, "older");
    }

    @Actor
    public void other() {
      loaded(flight, "newer");
    }

    @Arbiter
    public void end(L_Result r) {
      r.r1 = held();
    }
  }

  /** The same where the newer load fails. */
  @JCStressTest
  @State
  @Outcome(id = "late", expect = ACCEPTABLE, desc = "the higher stamp wins")
  @Outcome(expect = FORBIDDEN, desc = "what stands in does, or nothing is left")
  public static class StandInAgainstLateLoad extends Key {
    private final Flight<String> late;
    private final Flight<String> flight;

    public StandInAgainstLateLoad() {
      put("old");
      expire();
      late = lead(OVERDUE_AT_ONCE);
      late.begin();
      flight = lead(TERMS);
    }

    @Actor
    public void loader() {
      loaded(late, "late");
    }

    @Actor
    public void failing() {
      load(flight, FAILS);
    }

    @Arbiter
    public void end(L_Result r) {
      r.r1 = held();
    }
  }

  /** A removal while a load fails. */
  @JCStressTest
  @State
  @Outcome(id = "loads, nothing", expect = ACCEPTABLE, desc = "the removal wins")
  @Outcome(expect = FORBIDDEN, desc = "what was removed stands in")
  public static class StandInAgainstRemove extends Key {
    private final Flight<String> flight;

    public StandInAgainstRemove() {
      put("old");
      expire();
      flight = lead(TERMS);
    }

    @Actor
    public void loader() {
      load(flight, FAILS);
    }

    @Actor
    public void remover(LL_Result r) {
      remove();
      r.r1 = get();
    }

    @Arbiter
    public void end(LL_Result r) {
      r.r2 = held();
    }
  }

  /** An expiry while a load fails: it ends a stand-in, too. */
  @JCStressTest
  @State
  @Outcome(id = "loads, stale old", expect = ACCEPTABLE, desc = "the next get asks the source")
  @Outcome(expect = FORBIDDEN, desc = "it does not, or what can stand in is lost")
  public static class StandInAgainstExpire extends Key {
    private final Flight<String> flight;

    public StandInAgainstExpire() {
      put("old");
      expire();
      flight = lead(TERMS);
    }

    @Actor
    public void loader() {
      load(flight, FAILS);
    }

    @Actor
    public void expirer(LL_Result r) {
      expire();
      r.r1 = get();
    }

    @Arbiter
    public void end(LL_Result r) {
      r.r2 = held();
    }
  }

  /** A put while a load fails. */
  @JCStressTest
  @State
  @Outcome(id = "put, put", expect = ACCEPTABLE, desc = "the put wins")
  @Outcome(expect = FORBIDDEN, desc = "what it replaced stands in")
  public static class StandInAgainstPut extends Key {
    private final Flight<String> flight;

    public StandInAgainstPut() {
      put("old");
      expire();
      flight = lead(TERMS);
    }

    @Actor
    public void loader() {
      load(flight, FAILS);
    }

    @Actor
    public void putter(LL_Result r) {
      put("put");
      r.r1 = get();
    }

    @Arbiter
    public void end(LL_Result r) {
      r.r2 = held();
    }
  }
}
