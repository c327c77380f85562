package dev.backstop.model;

import org.jspecify.annotations.Nullable;

/** All that is known of one key: its row, and what each of the two nodes holds. */
record KeyState(@Nullable Row row, Side here, Side there) {
  static final KeyState EMPTY = new KeyState(null, Side.EMPTY, Side.EMPTY);

  /**
   * One node.
   *
   * @param floor the highest stamp that a change had here: a load that began below fills nothing
   * @param open what the get that is under way came to so far
   */
  record Side(@Nullable Copy copy, long floor, @Nullable Open open) {
    static final Side EMPTY = new Side(null, Long.MIN_VALUE, null);
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

  @Nullable Copy copy(int node) {
    return side(node).copy();
  }

  KeyState withCopy(int node, @Nullable Copy copy) {
    Side side = side(node);
    return with(node, new Side(copy, side.floor(), side.open()));
  }

  KeyState withOpen(int node, @Nullable Open open) {
    Side side = side(node);
    return with(node, new Side(side.copy(), side.floor(), open));
  }

  /** A change with this stamp happened at a node. */
  KeyState changed(int node, long stamp) {
    Side side = side(node);
    return with(node, new Side(side.copy(), Math.max(side.floor(), stamp), side.open()));
  }
}
