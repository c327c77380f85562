package dev.backstop.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All that is known of one key: its row, and what each of the two nodes holds. */
record KeyState(@Nullable Row row, Side here, Side there) {
  /** Of a key that nobody knows, where so many tiers are below the heap. */
  static KeyState empty(int tiers) {
    return new KeyState(null, Side.empty(tiers), Side.empty(tiers));
  }

  /**
   * One node.
   *
   * @param tiers below the heap, from the top
   * @param floor the highest stamp that a change had here: a load that began below fills nothing
   * @param queue what it has still to write
   * @param open what the get that is under way came to so far
   */
  record Side(@Nullable Copy heap, List<Tier> tiers, long floor, @Nullable Open open, Queue queue) {
    static Side empty(int tiers) {
      return new Side(
          null,
          Stream.generate(() -> Tier.EMPTY).limit(tiers).toList(),
          Long.MIN_VALUE,
          null,
          Queue.EMPTY);
    }

    Side withHeap(@Nullable Copy copy) {
      return new Side(copy, tiers, floor, open, queue);
    }

    Side withQueue(Queue other) {
      return new Side(heap, tiers, floor, open, other);
    }

    Side withTier(int depth, Tier tier) {
      List<Tier> changed = new ArrayList<>(tiers);
      changed.set(depth, tier);
      return new Side(heap, List.copyOf(changed), floor, open, queue);
    }

    /** What it may hold if a tier fails: what it should, or nothing; and it may not say. */
    List<Side> withUnsure(int depth) {
      Copy held = tiers.get(depth).held();
      return List.of(
          withTier(depth, new Tier(held, false)),
          withTier(depth, new Tier(held, held != null)),
          withTier(depth, Tier.EMPTY));
    }

    /** Its tiers can say what they hold. */
    Side heard() {
      return new Side(
          heap,
          tiers.stream().map(tier -> new Tier(tier.held(), false)).toList(),
          floor,
          open,
          queue);
    }

    Side withoutTiers() {
      return new Side(heap, empty(tiers.size()).tiers(), floor, open, queue);
    }

    /** It holds nothing any more. */
    Side emptied() {
      return withHeap(null).withoutTiers();
    }

    /** It holds nothing any more that was cleared. */
    Side cleared(long before) {
      Side cleared = Copy.isAfter(heap, before) ? this : withHeap(null);
      for (int depth = 0; depth < tiers.size(); depth++) {
        if (!Copy.isAfter(tiers.get(depth).held(), before)) {
          cleared = cleared.withTier(depth, Tier.EMPTY);
        }
      }
      return cleared;
    }

    /** The newest of heap and tiers, the highest of those that are equal. */
    @Nullable Copy newest(boolean readsHeap) {
      return Stream.concat(
              Stream.ofNullable(readsHeap ? heap : null),
              tiers.stream().map(Tier::read).filter(Objects::nonNull))
          .reduce((upper, lower) -> lower.stamp() > upper.stamp() ? lower : upper)
          .orElse(null);
    }
  }

  /**
   * What one tier holds that can be believed.
   *
   * @param isSilent whether it can't say just now
   */
  record Tier(@Nullable Copy held, boolean isSilent) {
    static final Tier EMPTY = new Tier(null, false);

    @Nullable Copy read() {
      return isSilent ? null : held;
    }
  }

  /** A get that is under way. */
  sealed interface Open {}

  /** It needs no load. */
  record Answered(Seen entry, @Nullable String value) implements Open {}

  /**
   * It loads.
   *
   * @param reserve what was found before the load, which is not read again; or null
   */
  record Flight(long began, Terms terms, @Nullable Reserve reserve, boolean wasAsked)
      implements Open {}

  /** The newest that a node can reach. */
  record Reserve(@Nullable Copy copy, boolean isFreshRow) {}

  Side side(int node) {
    return node == 0 ? here : there;
  }

  KeyState with(int node, Side side) {
    return node == 0 ? new KeyState(row, side, there) : new KeyState(row, here, side);
  }

  KeyState with(@Nullable Row other) {
    return new KeyState(other, here, there);
  }

  @Nullable Copy heap(int node) {
    return side(node).heap();
  }

  KeyState withQueue(int node, Queue queue) {
    return with(node, side(node).withQueue(queue));
  }

  KeyState withOpen(int node, @Nullable Open open) {
    Side side = side(node);
    return with(node, new Side(side.heap(), side.tiers(), side.floor(), open, side.queue()));
  }

  /** A change with this stamp happened at a node. */
  KeyState changed(int node, long stamp) {
    Side side = side(node);
    return with(
        node,
        new Side(
            side.heap(), side.tiers(), Math.max(side.floor(), stamp), side.open(), side.queue()));
  }

  /**
   * The copy in the heap of a node is another, and so many of its tiers follow.
   *
   * @param ended the stamp of an explicit change, of which they are told in any case; or {@code
   *     Long.MIN_VALUE}
   */
  KeyState replaced(int node, @Nullable Copy copy, long ended, int depth) {
    Side side = side(node);
    Copy before = side.heap();
    Side after = side.withHeap(copy);
    boolean isAnother = before == null || copy == null ? before != copy : !copy.isServedAs(before);
    if (isAnother || ended != Long.MIN_VALUE) {
      long stamp = copy != null ? copy.stamp() : before != null ? before.stamp() : ended;
      for (int i = 0; i < Math.min(depth, side.tiers().size()); i++) {
        Copy held = side.tiers().get(i).held();
        if (!Copy.isAfter(held, Math.max(stamp, ended))) {
          after = after.withTier(i, new Tier(copy, side.tiers().get(i).isSilent()));
        }
      }
    }
    return with(node, after);
  }
}
