package dev.backstop.model;

import dev.backstop.model.Sequences.Sequence;
import dev.backstop.model.Sequences.Trouble;
import dev.backstop.model.World.Kind;
import java.sql.SQLException;
import java.util.logging.Level;
import java.util.logging.Logger;
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

  private static final Logger LOG = Logger.getLogger("dev.backstop");

  private static World world;

  @BeforeContainer
  static void open() throws SQLException {
    LOG.setLevel(Level.OFF); // tiers and questions fail here by the thousand
    world = new World();
  }

  @AfterContainer
  static void close() throws SQLException {
    LOG.setLevel(null);
    world.close();
  }

  @Provide
  Arbitrary<Sequence> plain() {
    return Sequences.any(Trouble.NONE);
  }

  @Provide
  Arbitrary<Sequence> losses() {
    return Sequences.any(Trouble.LOSSES);
  }

  @Provide
  Arbitrary<Sequence> failures() {
    return Sequences.any(Trouble.FAILURES);
  }

  @Provide
  Arbitrary<Sequence> restarts() {
    return Sequences.any(Trouble.RESTARTS);
  }

  /** The same each time. */
  @Property(tries = 4_000, seed = "1")
  void oneTier(@ForAll("plain") Sequence sequence) {
    check(sequence, Kind.SHARED);
  }

  /** Others each time, as in all that follow; jqwik prints the seed. */
  @Property(tries = 1_000)
  void oneTierAndOtherSequences(@ForAll("plain") Sequence sequence) {
    check(sequence, Kind.SHARED);
  }

  @Property(tries = 500)
  void copies(@ForAll("plain") Sequence sequence) {
    check(sequence, Kind.COPIED);
  }

  @Property(tries = 500)
  void aFullHeap(@ForAll("plain") Sequence sequence) {
    check(sequence, Kind.FULL_HEAP);
  }

  @Property(tries = 1_000)
  void twoTiers(@ForAll("losses") Sequence sequence) {
    check(sequence, Kind.TWO_TIERS);
  }

  @Property(tries = 1_500)
  void threeTiers(@ForAll("losses") Sequence sequence) {
    check(sequence, Kind.THREE_TIERS);
  }

  @Property(tries = 500)
  void threeTiersAndAFullHeap(@ForAll("losses") Sequence sequence) {
    check(sequence, Kind.THREE_TIERS_AND_A_FULL_HEAP);
  }

  @Property(tries = 1_000)
  void tiersThatFail(@ForAll("failures") Sequence sequence) {
    check(sequence, Kind.THREE_TIERS);
  }

  @Property(tries = 50)
  void restarts(@ForAll("restarts") Sequence sequence) {
    check(sequence, Kind.THREE_TIERS);
  }

  @Example
  void whatOnceFailed() {
    for (long seed : ONCE_FAILED) {
      check(Sequences.of(Trouble.NONE, seed), Kind.SHARED);
    }
  }

  private static void check(Sequence sequence, Kind kind) {
    Shrinking.check(sequence, ops -> Run.of(world, kind, ops));
  }
}
