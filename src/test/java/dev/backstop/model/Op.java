package dev.backstop.model;

import dev.backstop.model.Answer.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One step of a sequence. {@code node} is one of two, {@code key} one of {@link Run#KEYS};
 * durations are in milliseconds.
 */
sealed interface Op {
  /** Does it, on the library and on the model. */
  void on(Run run);

  /** The same with one thing less. */
  default List<Op> simpler() {
    return List.of();
  }

  /** How a value is asked for. */
  enum Form {
    ENTRY,
    GET
  }

  /** What {@code peek} is called by. */
  enum Look {
    PEEK,
    STAMP,
    CONTAINS
  }

  /**
   * What the source does.
   *
   * @param same whether the value is the one that all the others of this kind are
   * @param lag how long before its begin the load says that its value held; 0 to say nothing
   * @param ttl the ttl that the load gives; 0 to say nothing
   */
  record Source(Kind kind, boolean same, long lag, long ttl) {
    List<Source> simpler() {
      return Stream.of(
              new Source(kind, false, lag, ttl),
              new Source(kind, same, 0, ttl),
              new Source(kind, same, lag, 0))
          .filter(simpler -> !simpler.equals(this))
          .toList();
    }

    @Override
    public String toString() {
      return kind
          + (same ? " same" : "")
          + (lag == 0 ? "" : " lags " + lag)
          + (ttl == 0 ? "" : " ttl " + ttl);
    }
  }

  /** A get; {@code during} is what happens while it loads. */
  record Get(int node, int key, Source source, Terms terms, Form form, @Nullable Op during)
      implements Op {
    @Override
    public void on(Run run) {
      run.gets().get(this);
    }

    @Override
    public List<Op> simpler() {
      List<Op> simpler = new ArrayList<>();
      if (during != null) {
        simpler.add(during);
        simpler.add(new Get(node, key, source, terms, form, null));
        during.simpler().forEach(op -> simpler.add(new Get(node, key, source, terms, form, op)));
      }
      source.simpler().forEach(it -> simpler.add(new Get(node, key, it, terms, form, during)));
      terms.simpler().forEach(it -> simpler.add(new Get(node, key, source, it, form, during)));
      return simpler;
    }
  }

  /** A bulk get of the keys of the map; {@code fails} if its loader throws. */
  record GetAll(
      int node, Map<Integer, Source> keys, boolean fails, Terms terms, @Nullable Op during)
      implements Op {
    @Override
    public void on(Run run) {
      run.gets().getAll(this);
    }

    @Override
    public List<Op> simpler() {
      List<Op> simpler = new ArrayList<>();
      if (during != null) {
        simpler.add(during);
        simpler.add(new GetAll(node, keys, fails, terms, null));
        during.simpler().forEach(op -> simpler.add(new GetAll(node, keys, fails, terms, op)));
      }
      keys.keySet().stream()
          .filter(key -> keys.size() > 1)
          .forEach(
              key -> {
                Map<Integer, Source> fewer = new LinkedHashMap<>(keys);
                fewer.remove(key);
                simpler.add(new GetAll(node, fewer, fails, terms, during));
              });
      terms.simpler().forEach(it -> simpler.add(new GetAll(node, keys, fails, it, during)));
      return simpler;
    }
  }

  record Peek(int node, int key, Look look) implements Op {
    @Override
    public void on(Run run) {
      run.peek(this);
    }
  }

  /**
   * A put.
   *
   * @param lag how long ago the value held, negative for the future; 0 to say nothing
   */
  record Put(int node, int key, boolean same, long ttl, long lag) implements Op {
    @Override
    public void on(Run run) {
      run.put(this);
    }
  }

  record PutAll(int node, List<Integer> keys, long ttl) implements Op {
    @Override
    public void on(Run run) {
      run.putAll(this);
    }
  }

  record Add(int node, int key, boolean same, long ttl) implements Op {
    @Override
    public void on(Run run) {
      run.add(this);
    }
  }

  record Expire(int node, int key) implements Op {
    @Override
    public void on(Run run) {
      run.expire(this);
    }
  }

  /** An expiry of what was created that long ago; negative for the future. */
  record ExpireBefore(int node, long lag) implements Op {
    @Override
    public void on(Run run) {
      run.expireBefore(this);
    }
  }

  /** A removal of what was created that long ago; negative for the future. */
  record RemoveBefore(int node, long lag) implements Op {
    @Override
    public void on(Run run) {
      run.removeBefore(this);
    }
  }

  /** A change of all keys with a prefix: that of one key, or of all if it is null. */
  record ChangeLike(int node, @Nullable Integer key, boolean removes) implements Op {
    @Override
    public void on(Run run) {
      run.changeLike(this);
    }
  }

  record Remove(int node, int key) implements Op {
    @Override
    public void on(Run run) {
      run.remove(this);
    }
  }

  record RemoveAll(int node, List<Integer> keys) implements Op {
    @Override
    public void on(Run run) {
      run.removeAll(this);
    }
  }

  record Clear(int node) implements Op {
    @Override
    public void on(Run run) {
      run.clear(this);
    }
  }

  record Cull(int node) implements Op {
    @Override
    public void on(Run run) {
      run.cull(this);
    }
  }

  record Restart(int node) implements Op {
    @Override
    public void on(Run run) {
      run.restart(this);
    }
  }

  /** From now on a tier fails so, or not any more. */
  record Fail(int node, int depth, TestTier.Fault fault) implements Op {
    @Override
    public void on(Run run) {
      run.fail(this);
    }
  }

  /** A tier loses a key, or damages it. */
  record Lose(int node, int depth, int key, boolean damages) implements Op {
    @Override
    public void on(Run run) {
      run.lose(this);
    }
  }

  /** The database is out for as long as these take. */
  record Outage(List<Op> ops) implements Op {
    @Override
    public void on(Run run) {
      run.outage(this);
    }

    @Override
    public List<Op> simpler() {
      return fewer(ops).<Op>map(Outage::new).toList();
    }
  }

  /** A transaction by hand in which a node does these. */
  record Transaction(int node, List<Op> ops, boolean commits) implements Op {
    @Override
    public void on(Run run) {
      run.transaction(this);
    }

    @Override
    public List<Op> simpler() {
      return Stream.concat(
              Stream.of(new Transaction(node, ops, false)).filter(simpler -> commits),
              fewer(ops).map(fewer -> new Transaction(node, fewer, commits)))
          .<Op>map(simpler -> simpler)
          .toList();
    }
  }

  private static Stream<List<Op>> fewer(List<Op> ops) {
    return IntStream.range(0, ops.size())
        .mapToObj(
            without -> {
              List<Op> fewer = new ArrayList<>(ops);
              fewer.remove(without);
              return fewer;
            });
  }

  record Wait(long millis) implements Op {
    @Override
    public void on(Run run) {
      run.pass(millis);
    }
  }

  static String print(List<Op> ops) {
    return ops.stream().map(Op::toString).collect(Collectors.joining("\n  ", "\n  ", "\n"));
  }
}
