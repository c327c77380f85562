package dev.backstop.model;

import dev.backstop.model.Answer.Kind;
import dev.backstop.model.Op.Form;
import dev.backstop.model.Op.Look;
import dev.backstop.model.Op.Source;
import dev.backstop.model.Terms.Changed;
import dev.backstop.model.TestTier.Fault;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;

/** What sequences are made of. */
final class Sequences {
  private static final int SHORTEST = 10;
  private static final int LONGEST = 40;
  private static final int VARIETY = 1_000; // as jqwik has it by default

  private Sequences() {}

  /** A sequence, and the number that makes it again. */
  record Sequence(long seed, List<Op> ops) {
    @Override
    public String toString() {
      return "seed " + seed + "L";
    }
  }

  /** What may happen besides what callers do. */
  enum Trouble {
    NONE,
    /** A tier loses or damages a copy. */
    LOSSES,
    /** Tiers fail, too. */
    FAILURES,
    /** Nodes are closed and opened again, and tiers lose copies. */
    RESTARTS,
    /** The database is out for some steps. */
    OUTAGES
  }

  /** Any sequence. */
  static Arbitrary<Sequence> any(Trouble trouble) {
    Arbitrary<List<Op>> ops = ops(trouble);
    return Arbitraries.randomValue(Random::nextLong).map(seed -> of(ops, seed));
  }

  /** The sequence that {@link #any} made with that seed. */
  static Sequence of(Trouble trouble, long seed) {
    return of(ops(trouble), seed);
  }

  private static Sequence of(Arbitrary<List<Op>> ops, long seed) {
    return new Sequence(seed, ops.generator(VARIETY).next(new Random(seed)).value());
  }

  private static Arbitrary<List<Op>> ops(Trouble trouble) {
    Arbitrary<Integer> depth = Arbitraries.of(0, 1);
    Arbitrary<Op> lose = Combinators.combine(node(), depth, key(), rarely()).as(Op.Lose::new);
    Arbitrary<Op> fail =
        Combinators.combine(node(), depth, Arbitraries.of(Fault.class)).as(Op.Fail::new);
    Arbitrary<Op> op =
        switch (trouble) {
          case NONE -> step();
          case LOSSES -> Arbitraries.frequencyOf(Tuple.of(8, step()), Tuple.of(1, lose));
          case FAILURES ->
              Arbitraries.frequencyOf(Tuple.of(8, step()), Tuple.of(1, lose), Tuple.of(2, fail));
          case RESTARTS ->
              Arbitraries.frequencyOf(
                  Tuple.of(8, step()), Tuple.of(1, lose), Tuple.of(1, node().map(Op.Restart::new)));
          case OUTAGES ->
              Arbitraries.frequencyOf(
                  Tuple.of(20, step()),
                  Tuple.of(
                      1, step().list().ofMinSize(SHORTEST).ofMaxSize(LONGEST).map(Op.Outage::new)));
        };
    return op.list()
        .ofMinSize(SHORTEST)
        .ofMaxSize(LONGEST)
        .withSizeDistribution(RandomDistribution.uniform());
  }

  private static Arbitrary<Op> step() {
    return Arbitraries.frequencyOf(Tuple.of(25, step(node())), Tuple.of(1, transaction()));
  }

  private static Arbitrary<Op> step(Arbitrary<Integer> node) {
    return Arbitraries.frequencyOf(
        Tuple.of(8, change(node)),
        Tuple.of(8, get(node)),
        Tuple.of(2, getAll(node)),
        Tuple.of(3, peek(node)),
        Tuple.of(4, pass()));
  }

  /** What it does at its node, and what the other one does meanwhile, which is in none. */
  private static Arbitrary<Op> transaction() {
    return Arbitraries.of(0, 1)
        .flatMap(
            node -> {
              Arbitrary<Integer> own = Arbitraries.just(node);
              Arbitrary<List<Op>> ops =
                  Arbitraries.frequencyOf(
                          Tuple.of(4, changeOfKeys(own)),
                          Tuple.of(3, peek(own)),
                          Tuple.of(1, step(Arbitraries.just(1 - node))))
                      .list()
                      .ofMaxSize(SHORTEST);
              return Combinators.combine(own, ops, Arbitraries.of(false, true))
                  .as(Op.Transaction::new);
            });
  }

  private static Arbitrary<Integer> node() {
    return Arbitraries.of(0, 1);
  }

  private static Arbitrary<Integer> key() {
    return Arbitraries.frequency(Tuple.of(4, 0), Tuple.of(1, 1), Tuple.of(1, 2));
  }

  private static Arbitrary<List<Integer>> keys() {
    return Arbitraries.of(
        List.of(0), List.of(0, 1), List.of(1, 0), List.of(0, 1, 2), List.of(2, 1));
  }

  private static Arbitrary<Boolean> rarely() {
    return Arbitraries.frequency(Tuple.of(4, false), Tuple.of(1, true));
  }

  private static Arbitrary<Long> ttl() {
    return Arbitraries.frequency(Tuple.of(3, Terms.TTL), Tuple.of(1, 20_000L));
  }

  /** A little, past half the ttl, past the ttl, past the idle time. */
  private static Arbitrary<Op> pass() {
    return Arbitraries.of(1_000L, 31_000L, 61_000L, 91_000L).map(Op.Wait::new);
  }

  private static Arbitrary<Op> change(Arbitrary<Integer> node) {
    return Arbitraries.frequencyOf(
        Tuple.of(11, changeOfKeys(node)),
        Tuple.of(2, Combinators.combine(node, key(), rarely(), ttl()).as(Op.Add::new)),
        Tuple.of(2, Combinators.combine(node, lag()).as(Op.ExpireBefore::new)),
        Tuple.of(1, Combinators.combine(node, lag()).as(Op.RemoveBefore::new)),
        Tuple.of(
            2,
            Combinators.combine(node, key().injectNull(0.5), Arbitraries.of(false, true))
                .as(Op.ChangeLike::new)),
        Tuple.of(1, node.map(Op.Clear::new)),
        Tuple.of(1, node.map(Op.Cull::new)));
  }

  /** What a transaction keeps until its commit, but for what ends a whole cache. */
  private static Arbitrary<Op> changeOfKeys(Arbitrary<Integer> node) {
    return Arbitraries.frequencyOf(
        Tuple.of(4, Combinators.combine(node, key(), rarely(), ttl(), lag()).as(Op.Put::new)),
        Tuple.of(1, Combinators.combine(node, keys(), ttl()).as(Op.PutAll::new)),
        Tuple.of(3, Combinators.combine(node, key()).as(Op.Expire::new)),
        Tuple.of(3, Combinators.combine(node, key()).as(Op.Remove::new)),
        Tuple.of(1, Combinators.combine(node, keys()).as(Op.RemoveAll::new)));
  }

  private static Arbitrary<Long> lag() {
    return Arbitraries.of(0L, 0L, 0L, 5_000L, 40_000L, 100_000L, -5_000L);
  }

  private static Arbitrary<Op> peek(Arbitrary<Integer> node) {
    return Combinators.combine(node, key(), Arbitraries.of(Look.class)).as(Op.Peek::new);
  }

  private static Arbitrary<Source> source(Arbitrary<Kind> kind) {
    return Combinators.combine(
            kind,
            rarely(),
            Arbitraries.of(0L, 0L, 0L, 5_000L, 40_000L),
            Arbitraries.of(0L, 0L, 0L, 10_000L))
        .as(Source::new);
  }

  private static Arbitrary<Terms> terms() {
    Arbitrary<Terms> terms =
        Combinators.combine(
                ttl(),
                Arbitraries.of(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, 34_500L, 99_500L),
                Arbitraries.of(Long.MAX_VALUE, Long.MAX_VALUE, 5_000L),
                rarely(),
                Arbitraries.of(false, true),
                rarely())
            .as(
                (ttl, maxStale, standInAtMost, refuses, whileFresh, pastHeap) ->
                    new Terms(
                        ttl,
                        maxStale,
                        standInAtMost,
                        !refuses,
                        whileFresh,
                        !pastHeap,
                        Changed.NOT_ASKED,
                        null));
    Arbitrary<Changed> changed =
        Arbitraries.frequency(
            Tuple.of(5, Changed.NOT_ASKED),
            Tuple.of(1, Changed.NO),
            Tuple.of(1, Changed.YES),
            Tuple.of(1, Changed.THROWS));
    Arbitrary<String> fingerprint = Arbitraries.of("f1", "f2", Terms.THROWS).injectNull(0.5);
    return Combinators.combine(terms, changed, fingerprint).as(Terms::asking);
  }

  private static Arbitrary<Op> get(Arbitrary<Integer> node) {
    Arbitrary<Kind> kind =
        Arbitraries.frequency(
            Tuple.of(6, Kind.VALUE),
            Tuple.of(5, Kind.FAILS),
            Tuple.of(1, Kind.NULL),
            Tuple.of(2, Kind.KEEPS),
            Tuple.of(1, Kind.DIES));
    return Combinators.combine(
            node,
            key(),
            source(kind),
            terms(),
            Arbitraries.of(Form.ENTRY, Form.ENTRY, Form.GET),
            change(node).injectNull(0.65))
        .as(Op.Get::new);
  }

  private static Arbitrary<Op> getAll(Arbitrary<Integer> node) {
    Arbitrary<Kind> kind =
        Arbitraries.frequency(
            Tuple.of(3, Kind.VALUE),
            Tuple.of(2, Kind.FAILS),
            Tuple.of(1, Kind.NULL),
            Tuple.of(1, Kind.LEAVES_OUT));
    return Combinators.combine(
            node,
            keys(),
            source(kind).list().ofSize(Run.KEYS),
            rarely(),
            terms(),
            change(node).injectNull(0.65))
        .as(
            (at, keys, sources, fails, terms, during) -> {
              Map<Integer, Source> asked = new LinkedHashMap<>();
              keys.forEach(key -> asked.put(key, sources.get(key)));
              return new Op.GetAll(at, asked, fails, terms, during);
            });
  }
}
