package dev.backstop.backup;

import static dev.backstop.backup.Outcome.STORED;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.backstop.BackstopConfig;
import dev.backstop.clock.InjectedClock;
import dev.backstop.clock.Stamp;
import dev.backstop.testing.FakeClock;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIL_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.IL_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * What the writer does against what callers do, in pairs, on the writer's map: the queue is the
 * library's, the table is the highest stamp that was made durable. jcstress runs each pair millions
 * of times, on processors that reorder what they may.
 */
public final class QueueStress {
  private static final RowKey KEY = new RowKey("feeds", "k");
  private static final RowKey OTHER = new RowKey("feeds", "other");

  private QueueStress() {}

  /** A queue, and the table below it. */
  public abstract static class Queued {
    private static final FakeClock TIME = new FakeClock();
    private static final Blob BLOB = new Blob(new byte[1], "c", 1, "t");

    final WriteQueue queue;
    volatile int table;
    volatile boolean closing;

    Queued(int mostRows) {
      queue =
          new WriteQueue(new InjectedClock(TIME), new BackstopConfig.Queue(mostRows, 1_000_000));
    }

    CompletableFuture<?> offer(RowKey key, int stamp) {
      return queue.offer(key, new Change.Value(Stamp.given(stamp), 1_000, BLOB));
    }

    Batch take() {
      try {
        return queue.take(() -> true, () -> closing);
      } catch (InterruptedException nobodyDoes) {
        throw new AssertionError(nobodyDoes);
      }
    }

    /** As the writer does it: the table, then the queue, then whoever waits. */
    int write(Batch batch) {
      for (Pending row : batch.rows()) {
        table = Math.max(table, stamp(row));
      }
      queue.finish(batch);
      batch.rows().forEach(row -> row.done.complete(STORED));
      return batch.size();
    }

    static int stamp(Pending row) {
      return (int) row.content.stamp().micros();
    }

    /** As a read does it: the queue first. */
    int read() {
      long queued = queue.find(KEY).backup().createdAt();
      return Math.max(table, (int) Math.max(0, queued));
    }

    static String end(CompletableFuture<?> done) {
      return !done.isDone()
          ? "waits"
          : done.isCompletedExceptionally() ? "dropped" : "" + done.join();
    }
  }

  /** A row is offered while the writer takes an older one of its key, and writes it. */
  @JCStressTest
  @State
  @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "whoever queued it reads it, then it is stored")
  @Outcome(expect = FORBIDDEN, desc = "an acknowledged or queued value is lost, or unread")
  public static class NewerAgainstWrite extends Queued {
    private final CompletableFuture<?> older = offer(KEY, 1);
    private CompletableFuture<?> newer;

    public NewerAgainstWrite() {
      super(1_000);
    }

    @Actor
    public void writer() {
      write(queue.takeNow());
    }

    @Actor
    public void caller(II_Result r) {
      newer = offer(KEY, 2);
      r.r1 = read();
    }

    @Arbiter
    public void end(II_Result r) {
      write(queue.takeNow());
      r.r2 = older.isDone() && newer.isDone() && queue.size() == 0 ? table : -1;
    }
  }

  /** Who reads while the writer moves a row from the queue to the table. */
  @JCStressTest
  @State
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "found in the queue or in the table")
  @Outcome(expect = FORBIDDEN, desc = "found in neither")
  public static class ReadAgainstWrite extends Queued {
    public ReadAgainstWrite() {
      super(1_000);
      offer(KEY, 1);
    }

    @Actor
    public void writer() {
      write(queue.takeNow());
    }

    @Actor
    public void reader(I_Result r) {
      r.r1 = read();
    }
  }

  /** The database fails while a newer row of the same key is queued. */
  @JCStressTest
  @State
  @Outcome(id = "2, 1, STORED", expect = ACCEPTABLE, desc = "one row, the newer; both are told")
  @Outcome(expect = FORBIDDEN, desc = "the newer is lost, or someone waits for ever")
  public static class NewerAgainstPutBack extends Queued {
    private final CompletableFuture<?> older = offer(KEY, 1);

    public NewerAgainstPutBack() {
      super(1_000);
    }

    @Actor
    public void writer() {
      queue.putBack(queue.takeNow());
    }

    @Actor
    public void caller() {
      offer(KEY, 2);
    }

    @Arbiter
    public void end(IIL_Result r) {
      r.r2 = write(queue.takeNow());
      r.r1 = table;
      r.r3 = end(older);
    }
  }

  /** Two rows, and room for one. */
  @JCStressTest
  @State
  @Outcome(id = "dropped, STORED", expect = ACCEPTABLE, desc = "the other came later")
  @Outcome(id = "STORED, dropped", expect = ACCEPTABLE, desc = "the first came later")
  @Outcome(expect = FORBIDDEN, desc = "both or none are dropped, or someone waits for ever")
  public static class OfferAgainstDrop extends Queued {
    private CompletableFuture<?> first;
    private CompletableFuture<?> second;

    public OfferAgainstDrop() {
      super(1);
    }

    @Actor
    public void one() {
      first = offer(KEY, 1);
    }

    @Actor
    public void other() {
      second = offer(OTHER, 1);
    }

    @Arbiter
    public void end(LL_Result r) {
      write(queue.takeNow());
      r.r1 = end(first);
      r.r2 = end(second);
    }
  }

  /** A row is put back into a queue that has become full of another. */
  @JCStressTest
  @State
  @Outcome(id = "dropped, STORED", expect = ACCEPTABLE, desc = "the older goes")
  @Outcome(expect = FORBIDDEN, desc = "the newer goes, or someone waits for ever")
  public static class PutBackAgainstDrop extends Queued {
    private final CompletableFuture<?> older = offer(KEY, 1);
    private final Batch taken = queue.takeNow();
    private CompletableFuture<?> newer;

    public PutBackAgainstDrop() {
      super(1);
    }

    @Actor
    public void writer() {
      queue.putBack(taken);
    }

    @Actor
    public void caller() {
      newer = offer(OTHER, 1);
    }

    @Arbiter
    public void end(LL_Result r) {
      write(queue.takeNow());
      r.r1 = end(older);
      r.r2 = end(newer);
    }
  }

  /** The writer sleeps, or is about to, when somebody offers two rows together. */
  @JCStressTest
  @State
  @Outcome(id = "2", expect = ACCEPTABLE, desc = "it wakes, and takes both")
  @Outcome(expect = FORBIDDEN, desc = "it took half, or nothing")
  public static class TogetherAgainstTake extends Queued {
    public TogetherAgainstTake() {
      super(1_000);
    }

    @Actor
    public void writer(I_Result r) {
      r.r1 = write(take());
    }

    @Actor
    public void caller() {
      queue.together(
          () -> {
            offer(KEY, 1);
            offer(OTHER, 1);
          });
    }
  }

  /** Somebody offers a row and closes, while the writer sleeps, takes or writes. */
  @JCStressTest
  @State
  @Outcome(id = "1, STORED", expect = ACCEPTABLE, desc = "what was queued before is written")
  @Outcome(expect = FORBIDDEN, desc = "it was left behind")
  public static class CloseAgainstTake extends Queued {
    private CompletableFuture<?> last;

    public CloseAgainstTake() {
      super(1_000);
    }

    @Actor
    public void writer() {
      while (!closing) {
        write(take());
      }
      write(queue.takeNow());
    }

    @Actor
    public void caller() {
      last = offer(KEY, 1);
      closing = true;
      queue.wake();
    }

    @Arbiter
    public void end(IL_Result r) {
      r.r1 = table;
      r.r2 = end(last);
    }
  }
}
