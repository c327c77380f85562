package dev.backstop.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.backstop.Policy;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** Who leads a load, who joins it, and who must lead anew, in pairs. */
public final class JoinStress {
  private static final Terms TERMS = Terms.of(Policy.DEFAULTS);

  private JoinStress() {}

  /** Two who ask for one key at once. */
  @JCStressTest
  @State
  @Outcome(id = "loads, joins", expect = ACCEPTABLE, desc = "one load")
  @Outcome(id = "joins, loads", expect = ACCEPTABLE, desc = "one load")
  @Outcome(expect = FORBIDDEN, desc = "two loads, or none")
  public static class TwoGets extends RacedKey {
    @Actor
    public void one(LL_Result r) {
      r.r1 = get();
    }

    @Actor
    public void other(LL_Result r) {
      r.r2 = get();
    }
  }

  /** One comes as the load lands. */
  @JCStressTest
  @State
  @Outcome(id = "loaded", expect = ACCEPTABLE, desc = "a hit, after the load was published")
  @Outcome(id = "joins", expect = ACCEPTABLE, desc = "shares the load")
  @Outcome(expect = FORBIDDEN, desc = "loads again")
  public static class GetAgainstLand extends RacedKey {
    private final Flight<String> flight = lead(TERMS);

    @Actor
    public void loader() {
      load(flight);
    }

    @Actor
    public void caller(L_Result r) {
      r.r1 = get();
    }
  }

  /** One comes as whoever leads dies. */
  @JCStressTest
  @State
  @Outcome(id = "loads", expect = ACCEPTABLE, desc = "came after")
  @Outcome(id = "waits, loads", expect = ACCEPTABLE, desc = "came before, and leads anew")
  @Outcome(expect = FORBIDDEN, desc = "waits for the dead")
  public static class GetAgainstDeath extends RacedKey {
    private final Flight<String> flight = lead(TERMS);

    @Actor
    public void loader() {
      load(
          flight,
          () -> {
            throw new LinkageError();
          });
    }

    @Actor
    public void caller(L_Result r) {
      Joined<String> joined = join(TERMS);
      if (joined.leads()) {
        r.r1 = "loads";
      } else {
        joined.flight().await(Long.MAX_VALUE);
        r.r1 = "waits, " + get();
      }
    }
  }

  /** A refresh ahead begins at last, as someone comes who would wait for it. */
  @JCStressTest
  @State
  @Outcome(id = "begins, joins", expect = ACCEPTABLE, desc = "it runs, and is shared")
  @Outcome(id = "too late, loads", expect = ACCEPTABLE, desc = "another took its place")
  @Outcome(expect = FORBIDDEN, desc = "two loads, or a wait for one that never runs")
  public static class GetAgainstBegin extends RacedKey {
    private final Flight<String> flight = ahead();

    private Flight<String> ahead() {
      Flight<String> made = lead(TERMS);
      made.isAhead = true;
      return made;
    }

    @Actor
    public void executor(LL_Result r) {
      r.r1 = flight.begin() ? "begins" : "too late";
    }

    @Actor
    public void caller(LL_Result r) {
      r.r2 = get();
    }
  }

  /** Two loaders, each of which asks for what the other loads. */
  @JCStressTest
  @State
  @Outcome(id = "refused, waits", expect = ACCEPTABLE, desc = "one is refused, the other goes on")
  @Outcome(id = "waits, refused", expect = ACCEPTABLE, desc = "the same")
  @Outcome(id = "refused, refused", expect = ACCEPTABLE, desc = "both saw it")
  @Outcome(expect = FORBIDDEN, desc = "both wait for ever")
  public static class Circle extends RacedKey {
    private final Flight<String> one = lead(TERMS);
    private final Flight<String> other = new JoinStress.Other().flight;
    private volatile boolean oneHasCome;
    private volatile boolean otherHasCome;

    @Actor
    public void one(LL_Result r) {
      one.runner = Thread.currentThread();
      try {
        Flight<?> before = Circles.enter(other);
        r.r1 = "waits";
        oneHasCome = true;
        while (!otherHasCome) {
          Thread.yield();
        }
        Circles.leave(before);
      } catch (IllegalStateException refused) {
        r.r1 = "refused";
        oneHasCome = true;
      }
    }

    @Actor
    public void other(LL_Result r) {
      other.runner = Thread.currentThread();
      try {
        Flight<?> before = Circles.enter(one);
        r.r2 = "waits";
        otherHasCome = true;
        while (!oneHasCome) {
          Thread.yield();
        }
        Circles.leave(before);
      } catch (IllegalStateException refused) {
        r.r2 = "refused";
        otherHasCome = true;
      }
    }
  }

  /** Another key. */
  private static final class Other extends RacedKey {
    private final Flight<String> flight = lead(TERMS);
  }
}
