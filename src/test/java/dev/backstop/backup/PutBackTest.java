package dev.backstop.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.clock.InjectedClock;
import dev.backstop.testing.FakeClock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is queued survives a batch that could not be written. */
@SuppressWarnings("FutureReturnValueIgnored") // the futures of what these tests lose
class PutBackTest {
  private static final RowKey KEY = new RowKey("feeds", "k");

  private final InjectedClock clock = new InjectedClock(new FakeClock());
  private final WriteQueue queue = new WriteQueue(clock, WriteQueueTest.BOUNDS);

  @Test
  void aRemovalThatIsPutBack_keepsItsTombstoneThoughALoadFoundNothingSince() {
    queue.offer(KEY, new Change.Removal(clock.latest(), false));
    Batch failed = queue.takeNow();
    Change.Removal found = new Change.Removal(clock.earliest(), true);
    queue.offer(KEY, found);
    queue.putBack(failed);
    Pending row = queue.takeNow().rows().get(0);
    assertThat(row.content).isEqualTo(new Change.Removal(found.stamp(), false));
  }

  @Test
  void aValueThatIsPutBack_losesAgainstANewerOneAndSharesItsOutcome() {
    CompletableFuture<Outcome> older = queue.offer(KEY, value());
    Batch failed = queue.takeNow();
    Change.Value newer = value();
    queue.offer(KEY, newer);
    queue.putBack(failed);
    Pending row = queue.takeNow().rows().get(0);
    assertThat(row.content).isSameAs(newer);
    assertThat(queue.takeNow().size()).isZero();
    row.done.complete(Outcome.STORED);
    assertThat(older).isCompletedWithValue(Outcome.STORED);
  }

  @Test
  void anExpiryThatIsPutBack_joinsTheValueThatCameSince() {
    Change.Expiry expiry = new Change.Expiry(clock.latest());
    queue.offer(KEY, expiry);
    Batch failed = queue.takeNow();
    Change.Value newer = value();
    queue.offer(KEY, newer);
    queue.putBack(failed);
    Pending row = queue.takeNow().rows().get(0);
    assertThat(row.expiry).isSameAs(expiry);
    assertThat(row.content).isSameAs(newer);
  }

  @Test
  void aBatchOfBarriersAlone_isHalved() {
    queue.bar("feeds", clock.latest(), null);
    queue.bar("items", null, clock.latest());
    queue.bar("others", null, clock.latest());
    Batch batch = queue.takeNow();
    assertThat(batch.firstHalf().size()).isEqualTo(1);
    assertThat(batch.secondHalf().size()).isEqualTo(2);
    assertThat(batch.secondHalf().firstHalf().barriers())
        .isEqualTo(List.of(batch.barriers().get(1)));
  }

  @Test
  void barriersAreHalvedFromTheRowsFirst() {
    queue.bar("feeds", clock.latest(), null);
    queue.offer(KEY, value());
    Batch batch = queue.takeNow();
    assertThat(batch.firstHalf()).isEqualTo(new Batch(batch.barriers(), List.of()));
    assertThat(batch.secondHalf()).isEqualTo(new Batch(List.of(), batch.rows()));
  }

  private Change.Value value() {
    return new Change.Value(clock.earliest(), 1_000, new Blob(new byte[1], "json", 1, "text"));
  }
}
