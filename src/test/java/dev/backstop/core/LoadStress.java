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

/** What a load publishes against what changes its key meanwhile. */
public final class LoadStress {
  private LoadStress() {}

  /** A removal during a load. */
  @JCStressTest
  @State
  @Outcome(id = "loads, nothing", expect = ACCEPTABLE, desc = "the removal wins")
  @Outcome(expect = FORBIDDEN, desc = "the load wins, or is joined by who came after the removal")
  public static class LoadAgainstRemove extends RacedKey {
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
  public static class LoadAgainstExpire extends RacedKey {
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
  public static class LoadAgainstClear extends RacedKey {
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
  public static class LoadAgainstPut extends RacedKey {
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
  public static class LoadAgainstLateLoad extends RacedKey {
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
}
