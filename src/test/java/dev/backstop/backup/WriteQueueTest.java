package dev.backstop.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackstopConfig;
import dev.backstop.clock.InjectedClock;
import dev.backstop.clock.Stamp;
import dev.backstop.testing.FakeClock;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What is left of several changes of one key that are written as one. */
@SuppressWarnings(
    "FutureReturnValueIgnored") // most tests look at the queue, and not at its answers
class WriteQueueTest {
  private static final RowKey KEY = new RowKey("feeds", "k");
  private static final long TTL = 1_000;
  static final BackstopConfig.Queue BOUNDS = new BackstopConfig.Queue(1_000, 1_000_000);

  private final WriteQueue queue = newQueue();

  private static WriteQueue newQueue() {
    return new WriteQueue(new InjectedClock(new FakeClock()), BOUNDS);
  }

  private static Stamp at(long micros) {
    return Stamp.given(micros);
  }

  private static Change.Value value(long stamp) {
    byte[] bytes = ("v" + stamp).getBytes(StandardCharsets.UTF_8);
    return new Change.Value(at(stamp), TTL, new Blob(bytes, "c", 1, "t"));
  }

  private static Change.Removal removal(long stamp) {
    return new Change.Removal(at(stamp), false);
  }

  /** A load that found nothing. */
  private static Change.Removal nothing(long stamp) {
    return new Change.Removal(at(stamp), true);
  }

  private static Change.Expiry expiry(long stamp) {
    return new Change.Expiry(at(stamp));
  }

  /** What is left of these changes in a queue of their own. */
  private static Pending merged(Change... changes) {
    WriteQueue queue = newQueue();
    for (Change change : changes) {
      queue.offer(KEY, change);
    }
    return onlyRow(queue.takeNow());
  }

  /** The same, if the first could not be written and the others came meanwhile. */
  private static Pending mergedAfterAFailure(Change first, Change... others) {
    WriteQueue queue = newQueue();
    queue.offer(KEY, first);
    Batch failed = queue.takeNow();
    for (Change change : others) {
      queue.offer(KEY, change);
    }
    queue.putBack(failed);
    return onlyRow(queue.takeNow());
  }

  private static Pending onlyRow(Batch batch) {
    assertThat(batch.rows()).hasSize(1);
    return batch.rows().get(0);
  }

  @Test
  void highestStamp_staysWhateverTheOrder() {
    Change.Value highest = value(7);
    assertThat(merged(value(5), highest, value(6)).content).isSameAs(highest);
    assertThat(mergedAfterAFailure(value(5), highest).content).isSameAs(highest);
    assertThat(mergedAfterAFailure(highest, value(5)).content).isSameAs(highest);
    assertThat(mergedAfterAFailure(highest).content).isSameAs(highest);
  }

  @Test
  void valueOfTheSameStamp_isNotReplacedByAnother() {
    Change.Value first = value(5);
    assertThat(merged(first, value(5)).content).isSameAs(first);
  }

  @Test
  void removalOfTheSameStamp_winsWhateverTheOrder() {
    Change.Removal removal = removal(5);
    assertThat(merged(value(5), removal).content).isEqualTo(removal);
    assertThat(merged(removal, value(5)).content).isEqualTo(removal);
    assertThat(mergedAfterAFailure(removal, value(5)).content).isEqualTo(removal);
    assertThat(mergedAfterAFailure(value(5), removal).content).isEqualTo(removal);
  }

  @Test
  void laterOfAValueAndARemoval_wins() {
    Change.Value value = value(6);
    assertThat(merged(removal(5), value).content).isSameAs(value);
    assertThat(merged(value, removal(5)).content).isSameAs(value);
    assertThat(merged(value, removal(7)).content).isEqualTo(removal(7));
  }

  @Test
  void highestExpiry_isKeptBesideTheContent() {
    Change.Value value = value(5);
    for (Pending pending :
        List.of(
            merged(expiry(9), value, expiry(7), expiry(8)),
            mergedAfterAFailure(expiry(9), value, expiry(7)),
            mergedAfterAFailure(value, expiry(7), expiry(9)))) {
      assertThat(pending.content).isSameAs(value);
      assertThat(pending.expiry).isEqualTo(expiry(9));
    }
    assertThat(merged(expiry(5)).content).isNull();
    assertThat(merged(value).expiry).isNull();
  }

  @Test
  void loadThatFoundNothing_needsNoRowOfItsOwn() {
    assertThat(merged(nothing(5)).content).isEqualTo(nothing(5));
    assertThat(merged(nothing(5), nothing(6)).content).isEqualTo(nothing(6));
    assertThat(merged(expiry(4), nothing(5)).content).isEqualTo(nothing(5));
  }

  /** The tombstone keeps out loads that began before, on other nodes: it must not be lost. */
  @Test
  void loadThatFoundNothingAfterARemoval_leavesATombstone() {
    assertThat(merged(removal(5), nothing(6)).content).isEqualTo(removal(6));
    assertThat(mergedAfterAFailure(removal(5), nothing(6)).content).isEqualTo(removal(6));
    assertThat(merged(removal(5), nothing(6), nothing(7)).content).isEqualTo(removal(7));
  }

  /** One by one they would have made a row, and then a tombstone of it. */
  @Test
  void loadThatFoundNothingAfterAValue_leavesATombstone() {
    assertThat(merged(value(5), nothing(6)).content).isEqualTo(removal(6));
    assertThat(merged(removal(4), value(5), nothing(6)).content).isEqualTo(removal(6));
    assertThat(mergedAfterAFailure(value(5), nothing(6)).content).isEqualTo(removal(6));
    assertThat(mergedAfterAFailure(removal(4), value(5), nothing(6)).content).isEqualTo(removal(6));
  }

  @Test
  void refusedChange_saysSoAtOnce() {
    CompletableFuture<Outcome> kept = queue.offer(KEY, value(7));
    assertThat(queue.offer(KEY, value(6))).isCompletedWithValue(Outcome.REFUSED);
    assertThat(queue.offer(KEY, removal(6))).isCompletedWithValue(Outcome.REFUSED);
    assertThat(kept).isNotDone();
    queue.takeNow(); // it is being written
    assertThat(queue.offer(KEY, value(6))).isCompletedWithValue(Outcome.REFUSED);
    assertThat(queue.offer(KEY, expiry(6))).isNotDone();
  }

  @Test
  void mergedChanges_endAsOne() {
    CompletableFuture<Outcome> first = queue.offer(KEY, value(5));
    Batch failed = queue.takeNow();
    CompletableFuture<Outcome> second = queue.offer(KEY, value(6));
    CompletableFuture<Outcome> third = queue.offer(KEY, expiry(7));
    queue.putBack(failed);
    assertThat(List.of(first, second, third)).noneMatch(CompletableFuture::isDone);
    onlyRow(queue.takeNow()).done.complete(Outcome.STALE);
    assertThat(List.of(first, second, third)).allMatch(done -> done.join() == Outcome.STALE);
  }

  @Test
  void mergedChanges_failAsOne() {
    CompletableFuture<Outcome> first = queue.offer(KEY, value(5));
    Batch failed = queue.takeNow();
    CompletableFuture<Outcome> second = queue.offer(KEY, value(6));
    queue.putBack(failed);
    onlyRow(queue.takeNow()).done.completeExceptionally(new IOException("refused"));
    assertThat(first).isCompletedExceptionally();
    assertThat(second).isCompletedExceptionally();
  }

  @Test
  void find_seesWhatIsQueuedAndWhatIsBeingWritten() {
    assertThat(queue.find(KEY).backup()).isEqualTo(Backup.NONE);
    Change.Value value = value(5);
    queue.offer(KEY, value);
    queue.offer(KEY, expiry(3));
    assertThat(queue.find(KEY).backup()).isEqualTo(new Backup(5, 5 + TTL, 3, 5, value.blob()));
    Batch batch = queue.takeNow();
    assertThat(queue.find(KEY).backup()).isEqualTo(new Backup(5, 5 + TTL, 3, 5, value.blob()));
    queue.offer(KEY, removal(6));
    queue.offer(KEY, expiry(4));
    assertThat(queue.find(KEY).backup()).isEqualTo(new Backup(6, 6, 4, 6, null));
    queue.finish(batch);
    assertThat(queue.find(KEY).backup()).isEqualTo(new Backup(6, 6, 4, 6, null));
    queue.finish(queue.takeNow());
    assertThat(queue.find(KEY).backup()).isEqualTo(Backup.NONE);
  }

  @Test
  void find_seesTheBarriersOfItsOwnCache() {
    queue.bar("feeds", at(5), null);
    queue.bar("others", at(9), at(9));
    queue.takeNow();
    queue.bar("feeds", at(4), at(3));
    assertThat(queue.find(KEY).barrier()).isEqualTo(new Barrier(5, 3));
  }

  @Test
  void barrierThatCouldNotBeWritten_isQueuedAgain() {
    CompletableFuture<Outcome> barrier = queue.bar("feeds", null, at(5));
    queue.putBack(queue.takeNow());
    assertThat(barrier).isNotDone();
    assertThat(queue.find(KEY).barrier()).isEqualTo(new Barrier(Long.MIN_VALUE, 5));
    Batch again = queue.takeNow();
    assertThat(again.barriers()).hasSize(1);
    queue.finish(again);
    assertThat(queue.find(KEY).barrier()).isEqualTo(Barrier.NONE);
    assertThat(queue.size()).isZero();
  }

  @Test
  void batch_isInTheOrderOfItsKeysAndBounded() {
    for (int i = 599; i >= 0; i--) {
      queue.offer(new RowKey("c" + i % 3, "k%03d".formatted(i)), value(i));
    }
    assertThat(queue.size()).isEqualTo(600);
    List<RowKey> all = new ArrayList<>();
    Batch batch = queue.takeNow();
    while (batch.size() > 0) {
      List<RowKey> keys = batch.rows().stream().map(row -> row.key).toList();
      assertThat(keys).isSorted().hasSizeLessThanOrEqualTo(256);
      all.addAll(keys);
      queue.finish(batch);
      batch = queue.takeNow();
    }
    assertThat(all).doesNotHaveDuplicates().hasSize(600);
    assertThat(queue.size()).isZero();
  }

  /** A statement of a whole batch is held in memory, by us, the driver and the server. */
  @Test
  void batch_isBoundedInBytes() {
    int half = 4 * 1024 * 1024;
    WriteQueue queue =
        new WriteQueue(new InjectedClock(new FakeClock()), new BackstopConfig.Queue(9, 99L * half));
    for (int i = 0; i < 5; i++) {
      Blob blob = new Blob(new byte[i == 4 ? 3 * half : half], "c", 1, "t");
      queue.offer(new RowKey("feeds", "k" + i), new Change.Value(at(1), TTL, blob));
    }
    assertThat(queue.bytes()).isEqualTo(7L * half);
    assertThat(queue.takeNow().rows()).extracting(row -> row.key.key()).containsExactly("k0", "k1");
    assertThat(queue.takeNow().rows()).extracting(row -> row.key.key()).containsExactly("k2", "k3");
    assertThat(queue.takeNow().rows()).extracting(row -> row.key.key()).containsExactly("k4");
    assertThat(queue.bytes()).isZero();
  }

  /** Else each probe of an outage would make its batch the youngest, and what came later goes. */
  @Test
  void whatIsPutBack_isTheOldest() {
    WriteQueue queue =
        new WriteQueue(new InjectedClock(new FakeClock()), new BackstopConfig.Queue(2, 1_000));
    CompletableFuture<Outcome> old = queue.offer(new RowKey("feeds", "a"), value(1));
    CompletableFuture<Outcome> next = queue.offer(new RowKey("feeds", "b"), value(2));
    Batch failed = queue.takeNow();
    CompletableFuture<Outcome> young = queue.offer(new RowKey("feeds", "c"), value(3));
    queue.putBack(failed);
    assertThat(old).isCompletedExceptionally();
    assertThat(List.of(next, young)).noneMatch(CompletableFuture::isDone);
    assertThat(queue.dropped()).isEqualTo(1);
  }

  @Test
  void whatIsHeld_isLeftOutUntilItIsReleased() {
    CompletableFuture<Outcome> locked = queue.offer(KEY, value(5));
    queue.hold(queue.takeNow());
    assertThat(queue.held()).isEqualTo(1);
    assertThat(queue.takeNow().size()).isZero();
    queue.offer(KEY, value(6)); // newer, and no less locked
    assertThat(queue.takeNow().size()).isZero();
    assertThat(queue.find(KEY).backup().createdAt()).isEqualTo(6);
    queue.release();
    Batch again = queue.takeNow();
    assertThat(again.wasHeld()).isTrue();
    assertThat(onlyRow(again).content.stamp()).isEqualTo(at(6));
    assertThat(locked).isNotDone();
    assertThat(queue.held()).isZero();
  }

  /** A row that the database refuses is found by halving; that must come to an end. */
  @Test
  void halves_areSmallerAndLoseNothing() {
    for (int barriers = 0; barriers < 4; barriers++) {
      for (int rows = 0; rows < 4; rows++) {
        Batch batch = batch(barriers, rows);
        if (batch.size() < 2) {
          continue;
        }
        Batch first = batch.firstHalf();
        Batch second = batch.secondHalf();
        assertThat(first.size()).isBetween(1, batch.size() - 1);
        assertThat(second.size()).isBetween(1, batch.size() - 1);
        List<Object> both = new ArrayList<>(first.barriers());
        both.addAll(second.barriers());
        both.addAll(first.rows());
        both.addAll(second.rows());
        List<Object> all = new ArrayList<>(batch.barriers());
        all.addAll(batch.rows());
        assertThat(both).containsExactlyElementsOf(all);
      }
    }
  }

  private static Batch batch(int barriers, int rows) {
    WriteQueue queue = newQueue();
    for (int i = 0; i < barriers; i++) {
      queue.bar("feeds" + i, at(i), null);
    }
    for (int i = 0; i < rows; i++) {
      queue.offer(new RowKey("feeds", "k" + i), value(1));
    }
    return queue.takeNow();
  }

  @Test
  void settled_waitsForTheKeyAndForAllBarriers() {
    assertThat(queue.settled(KEY)).isDone();
    queue.offer(new RowKey("feeds", "other"), value(1));
    assertThat(queue.settled(KEY)).isDone();
    CompletableFuture<Outcome> barrier = queue.bar("feeds", at(1), null);
    queue.offer(KEY, value(1));
    CompletableFuture<?> settled = queue.settled(KEY);
    queue.takeNow().rows().forEach(row -> row.done.complete(Outcome.STORED));
    assertThat(settled).isNotDone();
    barrier.complete(Outcome.STORED);
    assertThat(settled).isDone();
  }

  @Test
  void take_waitsUntilItMayAndThereIsSomething() throws Exception {
    AtomicBoolean may = new AtomicBoolean();
    AtomicBoolean end = new AtomicBoolean();
    Started<Batch> taking = Threads.start(() -> queue.take(may::get, end::get));
    Threads.awaitWaiting(taking.thread());
    queue.offer(KEY, value(1));
    Threads.awaitWaiting(taking.thread());
    assertThat(taking.isDone()).isFalse();
    may.set(true);
    queue.wake();
    assertThat(onlyRow(taking.join()).content.stamp()).isEqualTo(at(1));
    Started<Batch> next = Threads.start(() -> queue.take(may::get, end::get));
    Threads.awaitWaiting(next.thread());
    queue.bar("feeds", at(1), null);
    assertThat(next.join().barriers()).hasSize(1);
    Started<Batch> last = Threads.start(() -> queue.take(may::get, end::get));
    Threads.awaitWaiting(last.thread());
    end.set(true);
    queue.wake();
    assertThat(last.join().size()).isZero();
  }

  @Test
  void whatIsQueuedTogether_isOneBatch() throws Exception {
    Started<Batch> writer = Threads.start(() -> queue.take(() -> true, () -> false));
    Threads.awaitWaiting(writer.thread());
    queue.together(
        () -> {
          queue.offer(KEY, value(1));
          Threads.awaitWaiting(writer.thread()); // not woken by the first
          for (int i = 1; i < 100; i++) {
            queue.offer(new RowKey("feeds", "k" + i), value(1));
          }
        });
    assertThat(writer.join().rows()).hasSize(100);
  }

  @Test
  void aWriterThatComesAmongRowsQueuedTogether_takesAllOfThem() throws Exception {
    List<Started<Batch>> writer = new ArrayList<>();
    queue.together(
        () -> {
          queue.offer(KEY, value(1));
          writer.add(Threads.start(() -> queue.take(() -> true, () -> false)));
          Threads.awaitWaiting(writer.get(0).thread());
          queue.offer(new RowKey("feeds", "k2"), value(1));
        });
    assertThat(writer.get(0).join().rows()).hasSize(2);
  }

  @Test
  void whatFillsABatch_doesNotWaitForTheRest() throws Exception {
    Started<Batch> writer = Threads.start(() -> queue.take(() -> true, () -> false));
    Threads.awaitWaiting(writer.thread());
    queue.together(
        () -> {
          for (int i = 0; i < 256; i++) {
            queue.offer(new RowKey("feeds", "k" + i), value(1));
          }
          assertThat(batch(writer).rows()).hasSize(256);
        });
  }

  @Test
  void whoQueuesTogether_holdsUpNobodyElse() throws Exception {
    Started<Batch> writer = Threads.start(() -> queue.take(() -> true, () -> false));
    Threads.awaitWaiting(writer.thread());
    queue.together(
        () -> {
          Started<?> other = Threads.start(() -> queue.offer(KEY, value(1)));
          assertThat(batch(writer).rows()).hasSize(1);
          assertThat(other).isNotNull();
        });
  }

  private static Batch batch(Started<Batch> writer) {
    try {
      return writer.join();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
