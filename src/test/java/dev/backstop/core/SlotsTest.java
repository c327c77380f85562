package dev.backstop.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.CacheSpec;
import dev.backstop.LoadFailure;
import dev.backstop.Policy;
import dev.backstop.clock.IntervalClock;
import dev.backstop.clock.Micros;
import dev.backstop.clock.Sample;
import dev.backstop.clock.Stamp;
import dev.backstop.fast.FastCopy;
import dev.backstop.fast.FastTiers;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The atomic steps of one key, where the contract cannot reach them. */
class SlotsTest {
  private static final long HOUR = 3_600_000_000L;
  private static final Instant START = Instant.parse("2026-01-15T10:00:00Z");

  private final IntervalClock clock = new IntervalClock();
  private final FastTiers tiers = new FastTiers(null);
  private final Slots<String, String> slots = slots("feeds", clock);
  private long time = Micros.of(START);

  private Slots<String, String> slots(String name, IntervalClock by) {
    return new Slots<>(
        tiers.open(CacheSpec.of(name, String.class, String.class)),
        new Tiers<>(List.of(), new Keys<>(name, String.class, null), null, null, by, null),
        by,
        new Units(null, by),
        () -> true);
  }

  @AfterEach
  void close() {
    tiers.close();
  }

  @Test
  void ofTwoBarriers_theHigherSurvivesAStepBackOfTheClock() {
    sample();
    Stamp higher = clock.latest();
    slots.bar(higher, higher);
    slots.bar(Stamp.given(time - 10 * HOUR), Stamp.given(time - 10 * HOUR));
    time -= HOUR;
    sample();
    long carried = clock.current(higher);
    FastCopy<String> barred = FastCopy.fresh("v", carried, carried + 10 * HOUR);
    assertThat(slots.serves(barred, clock.now(), Long.MAX_VALUE)).isFalse();
    assertThat(slots.isAlive(carried)).isFalse();
    assertThat(slots.isAlive(carried + 1)).isTrue();
  }

  @Test
  void aBarrier_endsItsOwnStampAndWhatIsBelow() {
    sample();
    slots.bar(Stamp.given(time - HOUR), Stamp.given(time - 2 * HOUR));
    assertThat(isServed(copy(time - HOUR + 1))).isTrue();
    assertThat(isServed(copy(time - HOUR))).isFalse();
    slots.bar(null, Stamp.given(time - HOUR + 1));
    assertThat(isServed(copy(time - HOUR + 1))).isFalse();
    assertThat(isServed(copy(time - HOUR + 2))).isTrue();
  }

  @Test
  void aStandIn_isServedUpToTheAgeThatItsCallerAccepts() {
    sample();
    FastCopy<String> standIn =
        copy(time).standingIn(time, time + HOUR, LoadFailure.of(new IOException("test"), START));
    assertThat(slots.serves(standIn, time + 10, 10)).isTrue();
    assertThat(slots.serves(standIn, time + 11, 10)).isFalse();
  }

  @Test
  void aClockThatWasSetBack_leavesNoCopy() {
    sample();
    slots.update("k", time, none -> copy(time));
    time -= HOUR;
    sample();
    assertThat(slots.get("k")).isNull();
  }

  private boolean isServed(FastCopy<String> copy) {
    return slots.serves(copy, copy.createdAt(), Long.MAX_VALUE);
  }

  @Test
  void whoCameAtTheVeryStampOfAChange_doesNotFill() {
    sample();
    Stamp stamp = clock.latest();
    Visit visit = slots.enter("k", stamp);
    slots.change("k", stamp, same -> same, (copy, at) -> null);
    slots.land("k", visit, Reach.ALL, old -> copy(clock.current(stamp)));
    assertThat(slots.get("k")).isNull();
  }

  @Test
  void whoCameBeforeABarrier_doesNotFill() {
    sample();
    Visit expired = slots.enter("expired", clock.earliest());
    Visit cleared = slots.enter("cleared", clock.earliest());
    slots.bar(clock.latest(), null);
    slots.land("expired", expired, Reach.ALL, old -> copy(time));
    assertThat(slots.get("expired")).isNull();
    slots.bar(null, clock.latest());
    slots.land("cleared", cleared, Reach.ALL, old -> copy(time));
    assertThat(slots.get("cleared")).isNull();
  }

  @Test
  void whoCameAtTheVeryStampOfABarrier_doesNotFill() {
    sample();
    Stamp stamp = clock.earliest();
    Visit expired = slots.enter("expired", stamp);
    slots.bar(stamp, null);
    slots.land("expired", expired, Reach.ALL, old -> copy(time));
    assertThat(slots.get("expired")).isNull();
    Stamp later = clock.latest();
    Visit cleared = slots.enter("cleared", later);
    slots.bar(null, later);
    slots.land("cleared", cleared, Reach.ALL, old -> copy(time));
    assertThat(slots.get("cleared")).isNull();
  }

  @Test
  void aBackupAtTheVeryStampOfABarrier_orFromTheFuture_isNotFresh() {
    sample();
    slots.bar(Stamp.given(time - HOUR), null);
    assertThat(slots.isFresh(time - HOUR)).isFalse();
    assertThat(slots.isFresh(time - HOUR + 1)).isTrue();
    assertThat(slots.isFresh(time + HOUR)).isFalse();
  }

  /** Nothing that happens to the copy of a key ends who is about to fill it from above. */
  @Test
  void whoCameAfterWhatEndedACopy_fills() {
    sample();
    List<Consumer<String>> ends =
        List.of(
            key -> slots.change(key, Stamp.given(time - 1), same -> same, (copy, at) -> null),
            key -> slots.update(key, time - 1, copy -> null),
            key -> slots.bar(null, Stamp.given(time - 1)),
            key -> assertThat(join(key).copy()).isNotNull());
    for (int each = 0; each < ends.size(); each++) {
      String key = "k" + each;
      slots.update(key, time - HOUR, none -> copy(time - HOUR));
      Visit visit = slots.enter(key, clock.earliest());
      ends.get(each).accept(key);
      FastCopy<String> newer = copy(time);
      slots.land(key, visit, Reach.ALL, old -> newer);
      assertThat(slots.get(key)).as(key).isSameAs(newer);
      slots.update(key, time, copy -> null);
    }
  }

  @Test
  void whoCameBeforeTheClockWasSetBack_doesNotFill() {
    sample();
    Visit visit = slots.enter("k", clock.earliest());
    FastCopy<String> inTheFuture = copy(time);
    time -= HOUR;
    sample();
    slots.land("k", visit, Reach.ALL, old -> inTheFuture);
    assertThat(slots.get("k")).isNull();
  }

  /** A Backstop that began without its database, on a machine whose clock is behind. */
  @Test
  void whatWasChangedDuringALoad_winsThoughTheTimeIsOnlyKnownThen() {
    for (long behind : List.of(500_000L, HOUR / 4)) {
      IntervalClock late = new IntervalClock();
      Slots<String, String> its = slots("late-" + behind, late);
      Visit removed = its.enter("removed", late.earliest());
      Slots<String, String> others = slots("cleared-" + behind, late);
      Visit cleared = others.enter("cleared", late.earliest());
      its.change("removed", null, same -> same, (copy, at) -> null);
      others.bar(null, late.latest());
      long nanos = System.nanoTime();
      late.add(new Sample(nanos, nanos, late.now() + behind));
      its.land("removed", removed, Reach.ALL, old -> copy(late.now()));
      others.land("cleared", cleared, Reach.ALL, old -> copy(late.now()));
      assertThat(its.get("removed")).isNull();
      assertThat(others.get("cleared")).isNull();
    }
  }

  @Test
  void whoHasLeft_doesNotFill() {
    sample();
    Visit gone = slots.enter("k", clock.earliest());
    Visit other = slots.enter("k", clock.earliest());
    slots.land("k", gone);
    slots.publish("k", gone, Reach.ALL, old -> copy(time));
    assertThat(slots.get("k")).isNull();
    slots.land("k", other, Reach.ALL, old -> copy(time));
    assertThat(slots.get("k")).isNotNull();
  }

  @Test
  void theFloorOfAKey_endsWithItsLastVisitor() {
    sample();
    Stamp before = clock.earliest();
    Visit visit = slots.enter("k", before);
    slots.change("k", null, same -> same, (copy, at) -> null);
    slots.land("k", visit);
    Visit next = slots.enter("k", before); // nobody's since the change
    slots.land("k", next, Reach.ALL, old -> copy(time));
    assertThat(slots.get("k")).isNotNull();
  }

  @Test
  void whoFindsThatACopyCameMeanwhile_leadsNoLoad() {
    sample();
    slots.update("k", time, none -> copy(time));
    Joined<String> joined = join();
    assertThat(joined.copy()).isSameAs(slots.get("k"));
    assertThat(joined.flight()).isNull();
  }

  @Test
  void aLoadThatLandedBesideAnotherVisitor_isJoinedByNobody() {
    sample();
    Flight<String> landed = join().flight();
    slots.enter("k", clock.earliest());
    slots.land("k", landed);
    assertThat(join().leads()).isTrue();
  }

  @Test
  void aLoadBesideAnotherVisitorThatLeft_isJoined() {
    sample();
    Flight<String> flight = join().flight();
    slots.land("k", slots.enter("k", clock.earliest()));
    assertThat(join().flight()).isSameAs(flight);
  }

  @Test
  void whoFillsFromATierBelow_isNeitherSentAwayByALoadNorTakenForOneThatHangs() {
    sample();
    Visit visit = slots.enter("k", clock.earliest());
    slots.enter("k", clock.earliest());
    assertThat(join().flight().mayLoad).isTrue();
    slots.land("k", visit, Reach.ALL, old -> copy(time));
    assertThat(slots.get("k")).isNotNull();
  }

  @Test
  void aLoadWhoseLeaderDied_isJoinedByNobody() {
    sample();
    join().flight().die(new StackOverflowError("test"));
    assertThat(join().leads()).isTrue();
  }

  @Test
  void aChangeAtTheVeryStampOfALoad_detachesIt() {
    sample();
    Stamp stamp = join().flight().stamp();
    assertThat(join().leads()).isFalse();
    slots.change("k", stamp, same -> same, (copy, at) -> copy);
    assertThat(join().leads()).isTrue();
  }

  @Test
  void aClear_freesTheMemoryOfTheCopies() {
    sample();
    slots.update("k", time, none -> copy(time));
    slots.bar(null, clock.latest());
    assertThat(slots.get("k")).isNull();
  }

  private Joined<String> join() {
    return join("k");
  }

  private Joined<String> join(String key) {
    Terms terms = Terms.of(Policy.DEFAULTS);
    return slots.join(
        key,
        true,
        served -> true,
        stamp -> new Flight<>("feeds", key, stamp, terms, flight -> new Reserve<>(null, null)));
  }

  private static FastCopy<String> copy(long createdAt) {
    return FastCopy.fresh("v", createdAt, createdAt + HOUR);
  }

  private void sample() {
    long nanos = System.nanoTime();
    clock.add(new Sample(nanos, nanos, time));
  }
}
