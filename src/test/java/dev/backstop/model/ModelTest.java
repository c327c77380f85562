package dev.backstop.model;

import dev.backstop.model.Op.Form;
import dev.backstop.model.Op.Source;
import dev.backstop.model.Sequences.Sequence;
import dev.backstop.model.Sequences.Trouble;
import dev.backstop.model.World.Kind;
import java.sql.SQLException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
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
 * whatever order. What fails is printed with the seed of its sequence and the shortest part of it
 * that fails: the one belongs into {@link #SEEDS_THAT_ONCE_FAILED}, the other into {@link
 * #ONCE_FAILED}.
 */
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
class ModelTest {
  private record Once(Trouble trouble, Kind kind, long seed) {}

  /** They make other sequences once {@link Sequences} is another: what they found is below. */
  private static final List<Once> SEEDS_THAT_ONCE_FAILED =
      List.of(
          new Once(Trouble.LOSSES, Kind.THREE_TIERS_AND_A_FULL_HEAP, -3663466350239976953L),
          new Once(Trouble.LOSSES, Kind.THREE_TIERS_AND_A_FULL_HEAP, -1637572007163641206L));

  private static final Source FAILS = new Source(Answer.Kind.FAILS, false, 0, 0);

  private static final List<List<Op>> ONCE_FAILED =
      List.of(
          // A cull took the trace of the expiry.
          List.of(new Op.Clear(1), new Op.Expire(0, 0), new Op.Cull(1)),
          List.of(new Op.Remove(1, 0), new Op.Wait(91_000), new Op.Expire(1, 0), new Op.Cull(0)),
          // Each get asked the source again.
          List.of(
              new Op.Put(1, 0, false, Terms.TTL, 0),
              new Op.ExpireBefore(1, 0),
              new Op.Get(1, 0, FAILS, Terms.PLAIN, Form.ENTRY, null)),
          // The model did not know what two steps may find in a heap that is full.
          List.of(new Op.Remove(1, 0), new Op.Add(1, 0, false, 20_000)),
          List.of(
              new Op.ExpireBefore(0, 0),
              new Op.Put(1, 0, false, Terms.TTL, 40_000),
              new Op.Wait(91_000),
              new Op.Cull(0)));

  /** They are told of thousands of failures here. Held, or they would forget that they are off. */
  private static final List<Logger> LOGGERS =
      Stream.of("dev.backstop", "com.zaxxer.hikari", "org.hibernate.orm.jdbc.error")
          .map(Logger::getLogger)
          .toList();

  private static World world;
  private static World failing;

  @BeforeContainer
  static void open() throws SQLException {
    LOGGERS.forEach(logger -> logger.setLevel(Level.OFF));
    world = new World(false);
    failing = new World(true);
  }

  @AfterContainer
  static void close() throws SQLException {
    LOGGERS.forEach(logger -> logger.setLevel(null));
    world.close();
    failing.close();
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

  @Provide
  Arbitrary<Sequence> outages() {
    return Sequences.any(Trouble.OUTAGES);
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

  @Property(tries = 40)
  void restarts(@ForAll("restarts") Sequence sequence) {
    check(sequence, Kind.THREE_TIERS);
  }

  /**
   * Few, as it takes a second to see that a database is back. What is queued shows without heap.
   */
  @Property(tries = 12)
  void outages(@ForAll("outages") Sequence sequence) {
    Shrinking.check(sequence, ops -> Run.of(failing, Kind.FULL_HEAP, ops));
  }

  @Example
  void seedsThatOnceFailed() {
    for (Once once : SEEDS_THAT_ONCE_FAILED) {
      check(Sequences.of(once.trouble, once.seed), once.kind);
    }
  }

  /** The model left no row of a put that something newer in the queue refused. */
  @Example
  void anOlderPutInAnOutage_leavesATombstone() throws SQLException {
    Op missing =
        new Op.Get(1, 0, new Source(Answer.Kind.NULL, false, 0, 0), Terms.PLAIN, Form.ENTRY, null);
    Op put = new Op.Put(1, 0, false, 60_000, 40_000);
    Run.of(failing, Kind.FULL_HEAP, List.of(new Op.Outage(List.of(missing, put))));
  }

  /** What a node had expired came back as fresh, by its own queue. */
  @Example
  void anOutageThatOnceFailed() {
    Op load =
        new Op.Get(
            1, 0, new Source(Answer.Kind.VALUE, true, 40_000, 0), Terms.PLAIN, Form.ENTRY, null);
    Op peek = new Op.Peek(1, 0, Op.Look.PEEK);
    List<Op> ops = List.of(new Op.ExpireBefore(1, 0), new Op.Outage(List.of(load, peek)));
    Shrinking.check(new Sequence(0, ops), all -> Run.of(failing, Kind.SHARED, all));
  }

  @Example
  void sequencesThatOnceFailed() {
    for (List<Op> ops : ONCE_FAILED) {
      for (Kind kind : Kind.values()) {
        check(new Sequence(0, ops), kind);
      }
    }
  }

  private static void check(Sequence sequence, Kind kind) {
    Shrinking.check(sequence, ops -> Run.of(world, kind, ops));
  }
}
