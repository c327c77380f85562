package dev.backstop.core;

import dev.backstop.CacheTier;
import dev.backstop.backup.Barrier;
import dev.backstop.clock.Stamp;
import dev.backstop.clock.StampClock;
import dev.backstop.fast.FastCopy;
import dev.backstop.fast.FastTier;
import dev.backstop.stack.StackRoom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The fast tier of one cache, and who is about to fill it. Everything that happens to the fast copy
 * of a key happens here, as one atomic step per key; no step calls a loader, a codec or a database.
 *
 * <p>While someone visits a key, its slot remembers the highest stamp that a change had: the
 * visitor fills only if it began above. That is how a removal wins over a load that is under way.
 *
 * <p>A stack that ends within a step damages a map for good: who comes must bring enough of it.
 */
final class Slots<K, V> {
  private final ConcurrentHashMap<K, Slot<V>> slots = new ConcurrentHashMap<>();
  private final FastTier<K, V> fast;
  private final Tiers<K, V> tiers;
  private final StampClock clock;
  private final Barriers barriers;
  private final Recent<K> recent;
  private final BooleanSupplier isInformed;

  Slots(
      FastTier<K, V> fast,
      Tiers<K, V> tiers,
      StampClock clock,
      Units units,
      BooleanSupplier isInformed) {
    this.fast = fast;
    this.tiers = tiers;
    this.clock = clock;
    this.barriers = new Barriers(clock);
    this.recent = new Recent<>(clock, units);
    this.isInformed = isInformed;
    clock.onStepBack(this::startOver);
  }

  /** Returns the copy, current or not. In this order: what is heard later has ended it as well. */
  @Nullable FastCopy<V> get(K key) {
    return isInformed.getAsBoolean() ? fast.get(key) : null;
  }

  /** Whether a copy that was read under its key's lock is served without a load. */
  boolean serves(FastCopy<?> copy, long now, long maxStale) {
    return isInformed.getAsBoolean() && isCurrent(copy, now, maxStale);
  }

  /** Whether it has not ended, for who accepts stand-ins up to that age. */
  boolean isCurrent(FastCopy<?> copy, long now, long maxStale) {
    Barrier ended = barriers.now();
    return now < copy.servedUntil()
        && copy.order() > ended.expiredBefore()
        && copy.createdAt() > ended.clearedBefore()
        && (copy.failure() == null || now - copy.createdAt() <= maxStale);
  }

  /** Whether a value with this stamp was not cleared in this process. */
  boolean isAlive(long createdAt) {
    return createdAt > barriers.now().clearedBefore();
  }

  /** Whether a value with this stamp is not from the future, nor its freshness ended for all. */
  boolean isFresh(long createdAt) {
    return createdAt > barriers.now().expiredBefore() && createdAt <= clock.future();
  }

  /** Finds the copy, joins a load, for which the caller waits or not, or begins a new one. */
  Joined<V> join(
      K key, boolean waits, Predicate<FastCopy<V>> isServed, Function<Stamp, Flight<V>> newFlight) {
    StackRoom.check();
    List<Joined<V>> joined = new ArrayList<>(1);
    slots.compute(
        key,
        (same, existing) -> {
          FastCopy<V> copy = fast.get(key); // a load may just have landed
          if (copy != null && isServed.test(copy)) {
            joined.add(new Joined<>(copy, null, false));
            return existing;
          }
          Slot<V> slot = existing == null ? new Slot<>() : existing;
          Flight<V> current = slot.joinable(waits);
          if (current != null && mayFill(key, current)) {
            joined.add(new Joined<>(null, current, false));
            return slot;
          }
          Flight<V> flight = newFlight.apply(clock.earliest());
          slot.lead(flight);
          joined.add(new Joined<>(null, flight, true));
          return slot;
        });
    return joined.get(0);
  }

  /** Comes to fill a key from a tier below. */
  Visit enter(K key, Stamp stamp) {
    Visit visit = new Visit(stamp);
    enter(key, visit);
    return visit;
  }

  /** Comes to fill a key, and joins nobody. */
  void enter(K key, Visit visit) {
    StackRoom.check();
    slots.compute(
        key,
        (same, existing) -> {
          Slot<V> slot = existing == null ? new Slot<>() : existing;
          slot.visitors.add(visit);
          return slot;
        });
  }

  /** Fills the copy, unless a change since has the higher stamp. */
  void publish(K key, Visit visit, Reach reach, UnaryOperator<@Nullable FastCopy<V>> copy) {
    fill(key, visit, reach, copy, false);
  }

  /** Leaves the slot, with nothing to fill. */
  void land(K key, Visit visit) {
    land(key, visit, Reach.ALL, same -> same);
  }

  /** Fills the copy, unless a change since has the higher stamp, and leaves the slot. */
  void land(K key, Visit visit, Reach reach, UnaryOperator<@Nullable FastCopy<V>> copy) {
    fill(key, visit, reach, copy, true);
  }

  private void fill(
      K key, Visit visit, Reach reach, UnaryOperator<@Nullable FastCopy<V>> copy, boolean leaves) {
    Step<K, V> step = new Step<>(reach);
    slots.computeIfPresent(
        key,
        (same, slot) -> {
          if (slot.visitors.contains(visit)
              && !visit.isVoid
              && clock.current(visit.stamp()) > micros(slot.floor)
              && mayFill(key, visit)) {
            replace(key, step, copy);
          }
          if (leaves) {
            slot.visitors.remove(visit);
          }
          return slot.visitors.isEmpty() ? null : slot;
        });
    step.tell(tiers::follow);
  }

  /**
   * Changes the copy. The stamp is taken inside the step, so that the order of steps is the order
   * of stamps, and {@code queued} as well, so that who begins later finds the change queued. A load
   * that began before is detached: who comes next loads anew. The tiers are told by whoever runs
   * what is returned with the result, once the backups know: the deepest first.
   */
  <T> Changed<T> change(
      K key, @Nullable Stamp given, Function<Stamp, T> queued, CopyChange<V> change) {
    return change(key, given, queued, change, visit -> {});
  }

  /**
   * Takes in a change of another node. Whoever visits the key may have read what was there before
   * the change became visible, whatever the stamps say, and fills nothing.
   */
  Runnable hear(K key, Stamp stamp, CopyChange<V> change) {
    return change(key, stamp, same -> same, change, visit -> visit.isVoid = true).tellTiers();
  }

  private <T> Changed<T> change(
      K key,
      @Nullable Stamp given,
      Function<Stamp, T> queued,
      CopyChange<V> change,
      Consumer<Visit> visitors) {
    StackRoom.check();
    List<Stamp> stamps = new ArrayList<>(1);
    List<T> result = new ArrayList<>(1);
    Step<K, V> step = new Step<>(Reach.ALL);
    slots.compute(
        key,
        (same, slot) -> {
          Stamp stamp = given == null ? clock.latest() : given;
          long micros = clock.current(stamp);
          if (slot != null) {
            slot.visitors.forEach(visitors);
            slot.end(stamp, clock);
          }
          recent.note(key, stamp);
          step.changedAt = micros;
          replace(key, step, copy -> change.apply(copy, micros));
          stamps.add(stamp);
          result.add(queued.apply(stamp));
          return slot;
        });
    recent.trim();
    return new Changed<>(stamps.get(0), result.get(0), () -> step.tell(tiers::follow));
  }

  /** The stamp of a change, what it queued, and what tells the tiers of it. */
  record Changed<T>(Stamp stamp, T queued, Runnable tellTiers) {}

  /**
   * Does something with each key that has a copy or is about to have one, with some of them twice.
   * The slots come first: who leaves one meanwhile has left a copy.
   */
  void forEachKey(Consumer<? super K> action) {
    slots.keySet().forEach(action);
    fast.forEachKey(action);
  }

  /** Replaces the copy outside of any visit, because what was stamped so has ended. */
  void update(K key, long ended, UnaryOperator<@Nullable FastCopy<V>> change) {
    Step<K, V> step = new Step<>(Reach.ALL);
    step.changedAt = ended;
    slots.compute(
        key,
        (same, slot) -> {
          replace(key, step, change);
          return slot;
        });
    step.tell(tiers::followSoon); // it may be the writer's thread, which has no time for tiers
  }

  @SuppressWarnings("ReferenceEquality") // the same object: nothing is to be done
  private void replace(K key, Step<K, V> step, UnaryOperator<@Nullable FastCopy<V>> change) {
    FastCopy<V> before = fast.get(key);
    FastCopy<V> after = change.apply(before);
    if (!tiers.isEmpty() && step.concernsTiers(before, after)) {
      step.mark = tiers.mark(key, after, step.stamp(before, after), step.reach);
    }
    FastCopy<V> held = after != before && step.reach.skips(CacheTier.HEAP) ? null : after;
    if (held == null && before != null) {
      fast.remove(key);
    } else if (held != null && held != before) {
      fast.put(key, held);
    }
  }

  /** Ends the freshness, or the life, of all up to a stamp; what is returned empties the tiers. */
  synchronized Runnable bar(@Nullable Stamp expired, @Nullable Stamp cleared) {
    barriers.raise(expired, cleared);
    if (cleared == null) {
      return () -> {};
    }
    fast.forEachKey(this::dropIfDead); // only for its memory: it is not served
    return tiers.end((Predicate<String>) everyKey -> true, micros(cleared));
  }

  private void dropIfDead(K key) {
    slots.compute(
        key,
        (same, slot) -> {
          FastCopy<V> copy = fast.get(key);
          if (copy != null && !isAlive(copy.createdAt())) {
            fast.remove(key);
          }
          return slot;
        });
  }

  /** Whether nothing ended what a visitor reads before it came. */
  private boolean mayFill(K key, Visit visit) {
    return barriers.hasLeft(visit.stamp())
        && !(visit.mayBeOld() && recent.hasEnded(key, visit.stamp()));
  }

  private long micros(@Nullable Stamp stamp) {
    return stamp == null ? Long.MIN_VALUE : clock.current(stamp);
  }

  /** Nothing here, or about to come, can be believed: the clock was set, or news were missed. */
  synchronized void startOver() {
    barriers.startOver();
    for (K key : slots.keySet()) {
      slots.computeIfPresent(
          key,
          (same, slot) -> {
            slot.visitors.forEach(visit -> visit.isVoid = true);
            slot.current = null;
            slot.floor = null;
            return slot;
          });
    }
    fast.clear();
    tiers.startOver();
  }
}
