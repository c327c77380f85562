package dev.backstop.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** What stands in for a load that fails, against what changes its key meanwhile. */
public final class StandInStress {
  private StandInStress() {}

  /** A load that comes late, while a newer one fails. */
  @JCStressTest
  @State
  @Outcome(id = "late", expect = ACCEPTABLE, desc = "the higher stamp wins")
  @Outcome(expect = FORBIDDEN, desc = "what stands in does, or nothing is left")
  public static class StandInAgainstLateLoad extends RacedKey {
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
  public static class StandInAgainstRemove extends RacedKey {
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
  public static class StandInAgainstExpire extends RacedKey {
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
  public static class StandInAgainstPut extends RacedKey {
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
