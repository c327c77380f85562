package dev.backstop.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is promised of one key, one step at a time and none beside another: the sequential
 * specification that real threads are held against. A call is a change, which is one step, or a
 * get, a peek or a clear, which are several; what others do may come between two of them, and
 * nowhere else. Its answer must be the one that these steps give in some order that respects who
 * returned before whom began.
 *
 * <p>So this is weaker than one step for each call, in what the design gives up, and nowhere else:
 *
 * <ul>
 *   <li>A load has its place among the changes when it begins, and is seen when it lands. Its
 *       callers get what it loaded, though a change since has won; no tier serves that. After an
 *       expire it is kept as a backup that may stand in, and not before it has landed.
 *   <li>Who joins a load gets what it loaded, or its failure, though a loader of one's own would
 *       have returned.
 *   <li>A fast copy is there a step before its backup is.
 *   <li>What stands in is read once, a step before it is put into the fast tier. A change in
 *       between keeps it out of there, and not from those who waited for it.
 *   <li>A clear has its place when it takes its stamp, and is seen when it holds. What is put in
 *       between stays.
 *   <li>What a peek finds in a backup fills the fast tier a step later, unless a change came.
 *   <li>A fast copy may be evicted at any time.
 * </ul>
 *
 * <p>Time stands still: what is fresh stays fresh.
 *
 * @param time the last stamp that was taken
 * @param fast the fast copy
 * @param row the backup
 * @param expired values of the row that are stamped at or below it are not fresh
 * @param cleared values that are stamped at or below it are dead
 * @param visitors how many loads and peeks are under way
 * @param floor the highest stamp of a change since the first of them came
 * @param current the load that others join; -1: none
 */
record Promises(
    long time,
    @Nullable Copy fast,
    @Nullable Copy row,
    long expired,
    long cleared,
    int visitors,
    long floor,
    List<Load> loads,
    int current) {
  static final Promises AT_FIRST = new Promises(0, null, null, 0, 0, 0, 0, List.of(), -1);

  static final String NOTHING = "nothing";
  static final String FAILED = "failed";
  static final String DONE = "done";

  enum Kind {
    LOAD,
    FAIL,
    PEEK,
    PUT,
    EXPIRE,
    REMOVE,
    CLEAR,
    EVICT
  }

  /** A value, or a removal, if that is null. */
  record Copy(@Nullable String value, long stamp, boolean isServed, boolean standsIn) {}

  /** A load, and what its callers get once it has landed. */
  record Load(long stamp, @Nullable String answer) {}

  /**
   * A call under way.
   *
   * @param value what it loads or puts
   * @param phase which of its steps is the next
   * @param load which one it leads or joined
   * @param seen what it read
   */
  record Call(
      Kind kind,
      String value,
      int phase,
      long stamp,
      int load,
      @Nullable Copy seen,
      @Nullable String answer) {
    static Call of(Kind kind, String value) {
      return new Call(kind, value, 0, 0, -1, null, null);
    }

    Call then(int next) {
      return new Call(kind, value, next, stamp, load, seen, answer);
    }

    Call stamped(long at) {
      return new Call(kind, value, phase + 1, at, load, seen, answer);
    }

    Call of(int next, int flight, long at) {
      return new Call(kind, value, next, at, flight, seen, answer);
    }

    Call saw(@Nullable Copy copy) {
      return new Call(kind, value, phase + 1, stamp, load, copy, answer);
    }

    Call answers(String what) {
      return new Call(kind, value, phase, stamp, load, seen, what);
    }
  }

  /** What is promised after a step, and the call, which has ended if it has its answer. */
  record Next(Promises promises, Call call) {}

  /** Does the next step of a call; returns null if it has to wait for another. */
  @Nullable Next step(Call call) {
    return switch (call.kind) {
      case LOAD, FAIL -> get(call);
      case PEEK -> peek(call);
      case CLEAR -> clear(call);
      case EVICT -> new Next(withFast(null), call.answers(DONE));
      case PUT -> {
        Copy put = fresh(call.value, time + 1);
        yield new Next(changed(put, put, expired), call.answers(DONE));
      }
      case REMOVE ->
          new Next(
              changed(null, new Copy(null, time + 1, false, false), expired), call.answers(DONE));
      case EXPIRE -> {
        Copy ended = fast == null ? null : new Copy(fast.value, fast.stamp, false, false);
        yield new Next(changed(ended, row, time + 1), call.answers(DONE));
      }
    };
  }

  private static final int JOINED = 9;

  private @Nullable Next get(Call call) {
    if (call.phase == 0) {
      return begin(call);
    }
    if (call.phase == JOINED) {
      String answer = loads.get(call.load).answer;
      return answer == null ? null : new Next(this, call.answers(answer));
    }
    return call.kind == Kind.LOAD ? load(call) : fail(call);
  }

  private Next begin(Call call) {
    if (isServed()) {
      return new Next(this, call.answers(fast.value));
    }
    if (current >= 0 && loads.get(current).stamp > cleared) {
      return new Next(this, call.of(JOINED, current, 0));
    }
    List<Load> more = new ArrayList<>(loads);
    more.add(new Load(time + 1, null));
    Promises begun =
        new Promises(
            time + 1, fast, row, expired, cleared, visitors + 1, floor, more, loads.size());
    return new Next(begun, call.of(1, loads.size(), time + 1));
  }

  private Next load(Call call) {
    Copy loaded = fresh(call.value, call.stamp);
    if (call.phase == 1) {
      Promises filled = mayFill(call) && isBefore(fast, loaded) ? withFast(loaded) : this;
      return new Next(filled.left(call.load), call.then(2));
    }
    Promises written = isBefore(row, loaded) ? withRow(loaded) : this;
    return new Next(written.landed(call.load, call.value), call.answers(call.value));
  }

  private Next fail(Call call) {
    if (call.phase == 1) {
      return new Next(this, call.saw(newest()));
    }
    Copy seen = call.seen;
    if (call.phase == 2) {
      boolean isKept = (isServed() && !fast.standsIn) || !(seen == null || notAfter(fast, seen));
      return new Next(
          seen == null || isKept || !mayFill(call)
              ? this
              : withFast(new Copy(seen.value, seen.stamp, true, true)),
          call.then(3));
    }
    if (call.phase == 3) {
      return new Next(left(call.load), call.then(4));
    }
    String answer = seen == null ? FAILED : seen.value;
    return new Next(landed(call.load, answer), call.answers(answer));
  }

  private Next peek(Call call) {
    return switch (call.phase) {
      case 0 ->
          isServed()
              ? new Next(this, call.answers(fast.value))
              : new Next(at(time + 1), call.of(1, -1, time + 1).saw(fast));
      case 2 -> new Next(visitedBy(1), call.then(3));
      case 3 -> {
        boolean isFresh =
            row != null
                && row.value != null
                && row.stamp > Math.max(expired, cleared)
                && isBefore(call.seen, row);
        yield new Next(this, call.saw(isFresh ? row : null));
      }
      case 4 ->
          new Next(
              call.seen != null && mayFill(call) && isBefore(fast, call.seen)
                  ? withFast(fresh(call.seen.value, call.seen.stamp))
                  : this,
              call.then(5));
      default ->
          new Next(visitedBy(-1), call.answers(call.seen == null ? NOTHING : call.seen.value));
    };
  }

  private Next clear(Call call) {
    if (call.phase == 0) {
      return new Next(at(time + 1), call.stamped(time + 1));
    }
    long later = Math.max(cleared, call.stamp);
    return new Next(
        new Promises(time, fast, row, expired, later, visitors, floor, loads, current),
        call.answers(DONE));
  }

  private boolean isServed() {
    return fast != null && fast.isServed && fast.stamp > cleared;
  }

  /** The newest of the fast copy and the row that nothing has ended. */
  private @Nullable Copy newest() {
    boolean isRemoved = row != null && row.value == null && fast != null && row.stamp >= fast.stamp;
    Copy copy = fast == null || isRemoved || fast.stamp <= cleared ? null : fast;
    return row != null && row.value != null && row.stamp > cleared && isBefore(copy, row)
        ? row
        : copy;
  }

  private boolean mayFill(Call call) {
    return call.stamp > floor && call.stamp > cleared;
  }

  private static Copy fresh(@Nullable String value, long stamp) {
    return new Copy(value, stamp, true, false);
  }

  private static boolean isBefore(@Nullable Copy copy, Copy other) {
    return copy == null || copy.stamp < other.stamp;
  }

  private static boolean notAfter(@Nullable Copy copy, Copy other) {
    return copy == null || copy.stamp <= other.stamp;
  }

  /** A change takes a stamp, and who loads or peeks meanwhile remembers it. */
  private Promises changed(@Nullable Copy newFast, @Nullable Copy newRow, long newExpired) {
    long newFloor = visitors > 0 ? time + 1 : floor;
    return new Promises(
        time + 1, newFast, newRow, newExpired, cleared, visitors, newFloor, loads, -1);
  }

  private Promises withFast(@Nullable Copy copy) {
    return new Promises(time, copy, row, expired, cleared, visitors, floor, loads, current);
  }

  private Promises withRow(Copy copy) {
    return new Promises(time, fast, copy, expired, cleared, visitors, floor, loads, current);
  }

  private Promises at(long now) {
    return new Promises(now, fast, row, expired, cleared, visitors, floor, loads, current);
  }

  private Promises visitedBy(int more) {
    int left = visitors + more;
    return new Promises(
        time, fast, row, expired, cleared, left, left == 0 ? 0 : floor, loads, current);
  }

  private Promises left(int load) {
    Promises left = visitedBy(-1);
    return load == current
        ? new Promises(time, fast, row, expired, cleared, left.visitors, left.floor, loads, -1)
        : left;
  }

  private Promises landed(int load, String answer) {
    List<Load> all = new ArrayList<>(loads);
    all.set(load, new Load(all.get(load).stamp, answer));
    return new Promises(time, fast, row, expired, cleared, visitors, floor, all, current);
  }
}
