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

  /** What is done, or is being done. */
  static final class Done {
    private final int node;
    private final @Nullable String value;
    private final boolean isLoad;
    private final long began = System.nanoTime();
    private volatile long ended = Long.MAX_VALUE;

    private Done(int node, @Nullable String value, boolean isLoad) {
      this.node = node;
      this.value = value;
      this.isLoad = isLoad;
    }

    /** It is acknowledged. */
    void end() {
      ended = System.nanoTime();
    }

    /** A load is of when it began, however long it takes; what failed may still come to pass. */
    private boolean wasBefore(Done other) {
      long was = isLoad ? began : ended;
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
      return (isLoad ? "load " : "") + value + " on " + node + " [" + began + ", " + ended + "]";
    }
  }

  /** Somebody begins to make this the value; null: to remove it. */
  Done change(int node, @Nullable String value) {
    return add(new Done(node, value, false));
  }

  /** Somebody's loader begins. */
  Done load(int node, String value) {
    return add(new Done(node, value, true));
  }

  private Done add(Done done) {
    all.add(done);
    return done;
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
            .anyMatch(one -> others.stream().noneMatch(one::isOutdoneBy));
  }

  @Override
  public String toString() {
    return all.toString();
  }
}
