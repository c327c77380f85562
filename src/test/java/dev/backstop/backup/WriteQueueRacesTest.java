package dev.backstop.backup;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import dev.backstop.BackstopConfig;
import dev.backstop.clock.InjectedClock;
import dev.backstop.clock.Stamp;
import dev.backstop.testing.Effort;
import dev.backstop.testing.FakeClock;
import dev.backstop.testing.Tally;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever the writer does with what it took, and whoever queues more meanwhile: who reads the
 * queue and then the table finds the highest of what was queued before, at each moment. So the two
 * are, together, one register that only rises.
 */
@Tag("reliability")
class WriteQueueRacesTest {
  private static final RowKey KEY = new RowKey("feeds", "k");

  static {
    System.setProperty("lincheck.logLevel", "ERROR"); // it warns of each field of a record
  }

  private static volatile int invocations;

  @Test
  void chosenInterleavings_areOneRegister() {
    check(
        "chosen",
        new ModelCheckingOptions()
            .iterations(Effort.of(5, 100))
            .invocationsPerIteration(Effort.of(15, 500))
            .threads(2)
            .actorsPerThread(2)
            .addGuarantee(
                forClasses(
                        WaitingRows.class.getName(), // the queue's lock is what guards it
                        InjectedClock.class.getName())
                    .allMethods()
                    .treatAsAtomic())
            .invocationTimeout$lincheck(60_000)); // on a busy machine, less is soon over
  }

  @Test
  void interleavingsThatHappen_areOneRegister() {
    check(
        "happened",
        new StressOptions()
            .iterations(Effort.of(40, 400))
            .invocationsPerIteration(Effort.of(300, 3_000))
            .threads(3)
            .actorsPerThread(4));
  }

  private static void check(String what, Options<?, ?> options) {
    int before = invocations;
    options
        .actorsBefore(2)
        .actorsAfter(2)
        .sequentialSpecification(Register.class)
        .check(QueueAndTable.class);
    Tally.note(
        WriteQueueRacesTest.class, "%s: %,d interleavings".formatted(what, invocations - before));
  }

  /** What is promised: the highest of what came, a removal before a value of its stamp. */
  public static class Register {
    private int highest;
    private boolean isRemoval;
    private int cleared;

    public void put(int stamp) {
      if (stamp > highest) {
        highest = stamp;
        isRemoval = false;
      }
    }

    public void remove(int stamp) {
      if (stamp >= highest) {
        highest = stamp;
        isRemoval = true;
      }
    }

    public void clear(int stamp) {
      cleared = Math.max(cleared, stamp);
    }

    public int read() {
      return isRemoval || highest <= cleared ? 0 : highest;
    }

    public void write() {}

    public void fail() {}

    public void hold() {}
  }

  /** The queue, and what the writer has made durable in one transaction each. */
  @Param(name = "stamp", gen = IntGen.class, conf = "1:9")
  public static class QueueAndTable {
    private record Table(Backup backup, Barrier barrier) {}

    private final InjectedClock clock = new InjectedClock(new FakeClock());
    private final WriteQueue queue =
        new WriteQueue(clock, new BackstopConfig.Queue(1_000, 1_000_000));
    private final ConcurrentLinkedQueue<CompletableFuture<Outcome>> answers =
        new ConcurrentLinkedQueue<>();
    private volatile Table table = new Table(Backup.NONE, Barrier.NONE);

    public QueueAndTable() {
      invocations++;
    }

    @Operation
    public void put(@Param(name = "stamp") int stamp) {
      Blob blob = new Blob(new byte[] {(byte) stamp}, "c", 1, "t");
      answers.add(queue.offer(KEY, new Change.Value(Stamp.given(stamp), 1_000, blob)));
    }

    @Operation
    public void remove(@Param(name = "stamp") int stamp) {
      answers.add(queue.offer(KEY, new Change.Removal(Stamp.given(stamp), false)));
    }

    @Operation
    public void clear(@Param(name = "stamp") int stamp) {
      answers.add(queue.bar(KEY.cache(), null, Stamp.given(stamp)));
    }

    /** As {@link Reads} does it: the queue first. */
    @Operation
    public int read() {
      Found queued = queue.find(KEY);
      Table stored = table;
      Backup newest = queued.backup().or(stored.backup());
      long cleared = queued.barrier().or(stored.barrier()).clearedBefore();
      return newest.blob() == null || newest.createdAt() <= cleared ? 0 : (int) newest.createdAt();
    }

    @Operation(nonParallelGroup = "writer")
    public void write() {
      Batch batch = queue.takeNow();
      Table next = table;
      for (PendingBarrier barrier : batch.barriers()) {
        next = new Table(next.backup(), next.barrier().or(barrier.at(clock)));
      }
      for (Pending row : batch.rows()) {
        next = new Table(next.backup().or(row.asBackup(clock)), next.barrier());
      }
      table = next;
      queue.finish(batch);
      batch.barriers().forEach(barrier -> barrier.done.complete(Outcome.STORED));
      batch.rows().forEach(row -> row.done.complete(Outcome.STORED));
    }

    @Operation(nonParallelGroup = "writer")
    public void fail() {
      queue.putBack(queue.takeNow());
    }

    @Operation(nonParallelGroup = "writer")
    public void hold() {
      queue.hold(queue.takeNow());
    }

    /** What is left is written, and everyone is answered. */
    @Validate
    public void end() {
      queue.release();
      write();
      boolean isEnd = queue.size() == 0;
      for (CompletableFuture<Outcome> answer : answers) {
        isEnd &= answer.isDone();
      }
      if (!isEnd) {
        throw new AssertionError(queue.size() + " are left, answers: " + answers);
      }
    }
  }
}
