package dev.backstop.it.kill;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the one writer of a key did to it, in its order, and what must be seen of it therefore. */
final class History {
  /** Nothing before these numbers may be seen: of what is there, and of what is fresh. */
  record Floor(int content, int fresh) {}

  private final String key;
  private final List<Kind> kinds = new ArrayList<>(List.of(Kind.END));
  private Floor durable = new Floor(0, 0);
  private Floor held = new Floor(0, 0);

  History(String key) {
    this.key = key;
  }

  /** Begins an operation; returns its number. */
  synchronized int begin(Kind kind) {
    kinds.add(kind);
    return kinds.size() - 1;
  }

  synchronized void end(int number, End end) {
    if (end == End.NONE) {
      kinds.set(number, Kind.NONE);
    }
    if (end == End.DURABLE || end == End.HELD) {
      held = raised(held, number);
    }
    if (end == End.DURABLE) {
      durable = raised(durable, number);
    }
  }

  private Floor raised(Floor floor, int number) {
    return kinds.get(number) == Kind.EXPIRY
        ? new Floor(floor.content, number)
        : new Floor(number, floor.fresh);
  }

  /** What the process that wrote must see. */
  synchronized Floor held() {
    return held;
  }

  /** What everybody must see. */
  synchronized Floor durable() {
    return durable;
  }

  /** The process that wrote is gone, and what it had not written with it. */
  synchronized void forgetHeld() {
    held = durable;
  }

  /** Checks what was seen by a read that began when that was the floor. */
  synchronized void check(Floor floor, @Nullable Numbered seen, boolean isFresh) {
    List<Kind> since = kinds.subList(floor.content, kinds.size());
    if (seen == null) {
      ensure(since.contains(Kind.END), "is lost", floor, null);
      return;
    }
    int number = seen.number();
    ensure(seen.isWhole() && seen.key().equals(key), "is damaged", floor, seen);
    ensure(number < kinds.size() && kinds.get(number) == Kind.VALUE, "was never", floor, seen);
    ensure(number >= floor.content, "is older than what was acknowledged", floor, seen);
    ensure(!isFresh || number > floor.fresh, "is fresh though it was expired", floor, seen);
  }

  private void ensure(boolean holds, String what, Floor floor, @Nullable Numbered seen) {
    if (!holds) {
      int from = Math.max(0, Math.min(floor.content, kinds.size() - 20));
      throw new AssertionError(
          "%s: %s %s; %s, durable %s, held %s, since %d: %s"
              .formatted(
                  key,
                  seen == null ? "the value" : "number " + seen.number(),
                  what,
                  floor,
                  durable,
                  held,
                  from,
                  kinds.subList(from, kinds.size())));
    }
  }
}
