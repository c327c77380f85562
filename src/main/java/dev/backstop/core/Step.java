package dev.backstop.core;

import dev.backstop.fast.FastCopy;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One step of a key's slot, and what the tiers are to be told of it afterwards. */
final class Step<K, V> {
  final Reach reach;

  /** The stamp of an explicit change, of which the tiers are told whatever the fast copy is. */
  long changedAt = Long.MIN_VALUE;

  Tiers.@Nullable Mark<K, V> mark;

  Step(Reach reach) {
    this.reach = reach;
  }

  /** Whether the tiers hold something else than they should after this step. */
  @SuppressWarnings("ReferenceEquality") // the same object: nothing was done
  boolean concernsTiers(@Nullable FastCopy<V> before, @Nullable FastCopy<V> after) {
    if (changedAt != Long.MIN_VALUE || before == null || after == null) {
      return changedAt != Long.MIN_VALUE || before != after;
    }
    return before.createdAt() != after.createdAt()
        || before.order() != after.order()
        || before.servedUntil() != after.servedUntil();
  }

  /** What a tier holds up to it is replaced. */
  long stamp(@Nullable FastCopy<V> before, @Nullable FastCopy<V> after) {
    long stamp = changedAt;
    if (before != null && after == null) {
      stamp = Math.max(stamp, before.createdAt());
    }
    return after == null ? stamp : Math.max(stamp, after.createdAt());
  }

  /** Outside of the step. */
  void tell(Consumer<Tiers.Mark<K, V>> tiers) {
    if (mark != null) {
      tiers.accept(mark);
    }
  }
}
