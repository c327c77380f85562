package dev.backstop.it.races;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * What was done to one key, by whom, from when to when; and so what may have become of it. What
 * ended before something else began was before it; of what overlaps, either may have been the
 * later.
 */
final class History {
  /** Who stands for all nodes. */
  static final int EVERYWHERE = -1;

  private final Queue<Done> all = new ConcurrentLinkedQueue<>();
  private final Queue<Done> expiries = new ConcurrentLinkedQueue<>();

  /** What is done, or is being done. */
  static final class Done {
    private final int node;
    private final @Nullable String value;
    private final boolean isLoad;
    private final long began;
    private final long made = System.nanoTime();
    private volatile long ended = Long.MAX_VALUE;

    private Done(int node, @Nullable String value, boolean isLoad, long began) {
      this.node = node;
      this.value = value;
      this.isLoad = isLoad;
      this.began = began;
    }

    /** It is acknowledged. */
    void end() {
      ended = System.nanoTime();
    }

    /**
     * A load is of some moment between the call of its get and that of its loader, however long
     * that takes; what failed may still come to pass.
     */
    private boolean wasBefore(Done other) {
      long was = isLoad ? made : ended;
      return was < other.began && other.ended != Long.MAX_VALUE;
    }

    /**
     * A load is above what ended before it on its own node; elsewhere its stamp may be a little
     * lower, and then it is another one that is needed. Of two loads either may stay.
     */
    private boolean isOutdoneBy(Done other) {
      return wasBefore(other) && (!other.isLoad || (!isLoad && node == other.node));
    }

    @Override
    public String toString() {
      String load = isLoad ? "load at " + made + " of " : "";
      return load + value + " on " + node + " [" + began + ", " + ended + "]";
    }
  }

  /** Somebody begins to make this the value; null: to remove it. */
  Done change(int node, @Nullable String value) {
    return add(all, new Done(node, value, false, System.nanoTime()));
  }

  /**
   * Somebody's loader begins.
   *
   * @param asked when its get was called, by {@link System#nanoTime}
   */
  Done load(int node, String value, long asked) {
    return add(all, new Done(node, value, true, asked));
  }

  /** Somebody begins to expire it. */
  Done expiry(int node) {
    return add(expiries, new Done(node, null, false, System.nanoTime()));
  }

  private static Done add(Queue<Done> to, Done done) {
    to.add(done);
    return done;
  }

  /** What is loaded during an expiry on its node is for its callers, and no tier serves it. */
  private boolean mayServeNobody(Done load) {
    return expiries.stream()
        .anyMatch(
            expiry ->
                expiry.node == load.node && expiry.began < load.ended && expiry.ended > load.began);
  }

  /** Whether this load can't be what is left, if something changed the value since. */
  boolean isOutdone(Done load) {
    return all.stream().anyMatch(load::isOutdoneBy);
  }

  int size() {
    return all.size();
  }

  /** Whether this may be what is left, in the eyes of that node, or of all. */
  boolean allows(@Nullable String left, int node) {
    List<Done> others = all.stream().filter(one -> node < 0 || one.node == node).toList();
    boolean wasNeverTouched =
        left == null
            && others.stream().noneMatch(one -> one.value != null && one.ended != Long.MAX_VALUE);
    return wasNeverTouched
        || all.stream()
            .filter(one -> left == null ? one.value == null : left.equals(one.value))
            .anyMatch(
                one ->
                    others.stream()
                        .noneMatch(other -> one.isOutdoneBy(other) && !mayServeNobody(other)));
  }

  @Override
  public String toString() {
    return all + (expiries.isEmpty() ? "" : ", expiries " + expiries);
  }
}
