package dev.backstop.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.clock.InjectedClock;
import dev.backstop.testing.FakeClock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is queued survives a batch that could not be written. */
class WriteQueueTest {
  private static final RowKey KEY = new RowKey("feeds", "k");

  private final InjectedClock clock = new InjectedClock(new FakeClock());
  private final WriteQueue queue = new WriteQueue(clock);

  @Test
  void aBatchOfBarriersAlone_isHalved() {
    queue.bar("feeds", clock.latest(), null);
    queue.bar("feeds", null, clock.latest());
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
