package dev.backstop.model;

import dev.backstop.model.Sequences.Sequence;
import dev.backstop.model.World.Kind;
import java.sql.SQLException;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * The library and a simple model of its contract give the same answers, whatever is done in
 * whatever order. What fails is printed with the seed of the sequence and the shortest part of it
 * that fails; the seed then belongs into {@link #ONCE_FAILED}.
 */
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
class ModelTest {
  /** Seeds that once failed. What they found is in {@code OnceFailedTest}, too, step by step. */
  private static final long[] ONCE_FAILED = {};

  private static World world;

  @BeforeContainer
  static void open() throws SQLException {
    world = new World();
  }

  @AfterContainer
  static void close() throws SQLException {
    world.close();
  }

  @Provide
  Arbitrary<Sequence> sequences() {
    return Sequences.any(false);
  }

  @Provide
  Arbitrary<Sequence> withRestarts() {
    return Sequences.any(true);
  }

  /** The same each time. */
  @Property(tries = 7_000, seed = "1")
  void anySequence(@ForAll("sequences") Sequence sequence) {
    check(sequence, Kind.SHARED);
  }

  /** Others each time; jqwik prints the seed of all, a failure that of its sequence. */
  @Property(tries = 2_000)
  void anyOther(@ForAll("sequences") Sequence sequence) {
    check(sequence, Kind.SHARED);
  }

  @Property(tries = 1_000)
  void copied(@ForAll("sequences") Sequence sequence) {
    check(sequence, Kind.COPIED);
  }

  /** A heap of one entry: any copy may be gone. */
  @Property(tries = 1_000)
  void evicted(@ForAll("sequences") Sequence sequence) {
    check(sequence, Kind.FULL_HEAP);
  }

  @Property(tries = 50)
  void restarted(@ForAll("withRestarts") Sequence sequence) {
    check(sequence, Kind.SHARED);
  }

  @Example
  void whatOnceFailed() {
    for (long seed : ONCE_FAILED) {
      check(Sequences.of(false, seed), Kind.SHARED);
    }
  }

  private static void check(Sequence sequence, Kind kind) {
    Shrinking.check(sequence, ops -> Run.of(world, kind, ops));
  }
}
