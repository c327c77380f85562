package dev.backstop.model;

import dev.backstop.BackedCache;
import dev.backstop.BulkContext;
import dev.backstop.LoadContext;
import dev.backstop.model.Op.Form;
import dev.backstop.model.Op.Source;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** One sequence: each step is done on the library and on the model, and both must agree. */
final class Run {
  static final int KEYS = 3;

  /** Longer than a tier that failed is skipped. */
  private static final long SKIPPED = 2_000;

  private final World world;
  private final World.Kind kind;
  private final Model model;
  private String prefix = "";
  private long now;
  private int values;
  private boolean hasFailed;

  private Run(World world, World.Kind kind) {
    this.world = world;
    this.kind = kind;
    this.model = new Model(KEYS, kind.tiers, kind.mayEvict);
  }

  static void of(World world, World.Kind kind, List<Op> ops) throws SQLException {
    Run run = new Run(world, kind);
    run.prefix = world.begin();
    try {
      for (Op op : ops) {
        run.step(op);
      }
      run.finish();
    } finally {
      world.end(run.prefix, KEYS);
    }
  }

  private void step(Op op) {
    pass(0);
    try {
      op.on(this);
    } catch (Model.Mismatch mismatch) {
      throw mismatch.at(op, now);
    }
  }

  /** What both hold in the end: in the table, what is served, and what would stand in. */
  private void finish() throws SQLException {
    rows();
    Map<Integer, Source> failing = new LinkedHashMap<>();
    model.usedKeys().forEach(key -> failing.put(key, new Source(Answer.Kind.FAILS, false, 0, 0)));
    for (int node = 0; node < 2 && !failing.isEmpty(); node++) {
      peekAll(node, failing.keySet());
      step(new Op.GetAll(node, failing, false, Terms.PLAIN, null));
      peekAll(node, failing.keySet());
    }
    rows();
    if (hasFailed) {
      repaired();
    }
  }

  /** Tiers that failed work again: what they missed is gone from them, and they are believed. */
  private void repaired() {
    for (int node = 0; node < 2; node++) {
      for (int depth = 0; depth < kind.tiers; depth++) {
        world.tier(node, depth).fail(TestTier.Fault.NONE);
      }
      pass(SKIPPED);
      Terms pastHeap = Terms.PLAIN.pastHeap();
      Source failing = new Source(Answer.Kind.FAILS, false, 0, 0);
      step(new Op.Get(node, 0, failing, pastHeap, Form.ENTRY, null));
      model.sure(node);
      step(new Op.Put(node, 0, false, Terms.TTL, 0));
      step(new Op.Get(node, 0, failing, pastHeap, Form.ENTRY, null));
    }
  }

  private void peekAll(int node, Set<Integer> keys) {
    keys.forEach(key -> step(new Op.Peek(node, key, Op.Look.PEEK)));
  }

  private void rows() throws SQLException {
    for (int key : model.usedKeys()) {
      model.row(key, world.row(kind, prefix + key));
    }
  }

  private BackedCache<String, String> cache(int node) {
    return world.cache(node, kind);
  }

  private String value(boolean same) {
    return same ? "same" : "v" + values++;
  }

  void pass(long millis) {
    now = world.tick(millis);
    model.now(now);
  }

  // --- gets

  /** What the source did in one get, and what it threw. */
  private final class Asked {
    final Map<Integer, Answer> answers = new HashMap<>();
    final Map<Integer, Throwable> thrown = new HashMap<>();
  }

  private String load(Asked asked, Op.Get get, @Nullable LoadContext<String> context)
      throws Exception {
    model.asked(get.node(), get.key());
    if (get.during() != null) {
      step(get.during());
    }
    try {
      return answer(asked, get.key(), get.source(), context);
    } catch (Throwable failure) {
      asked.thrown.put(get.key(), failure);
      throw failure;
    }
  }

  private @Nullable String answer(
      Asked asked, int key, Source source, @Nullable LoadContext<String> context) throws Exception {
    long asOf = source.lag() == 0 || context == null ? Long.MAX_VALUE : now - source.lag();
    long ttl = context == null ? 0 : source.ttl();
    if (asOf != Long.MAX_VALUE) {
      context.asOf(Instant.ofEpochMilli(asOf));
    }
    if (ttl != 0) {
      context.ttl(Duration.ofMillis(ttl));
    }
    String text =
        switch (source.kind()) {
          case VALUE -> value(source.same());
          case KEEPS -> "No previous value is known";
          default -> "failure " + values++;
        };
    asked.answers.put(key, new Answer(source.kind(), text, asOf, ttl));
    return switch (source.kind()) {
      case VALUE -> text;
      case NULL, LEAVES_OUT -> null;
      case KEEPS -> kept(context, text);
      case FAILS -> throw new IOException(text);
      case DIES -> throw new LinkageError(text);
    };
  }

  private static String kept(LoadContext<String> context, String text) throws IOException {
    if (context.previous().isEmpty()) {
      throw new IOException(text);
    }
    return context.notModified();
  }

  void get(Op.Get get) {
    Asked asked = new Asked();
    boolean needsContext =
        get.source().lag() != 0
            || get.source().ttl() != 0
            || get.source().kind() == Answer.Kind.KEEPS;
    String key = prefix + get.key();
    model.begin(get.node(), get.key(), get.terms());
    Seen seen =
        seen(
            asked.thrown,
            () -> {
              if (get.form() == Form.ENTRY) {
                return Seen.of(
                    needsContext
                        ? cache(get.node())
                            .entryWith(
                                key, context -> load(asked, get, context), get.terms().policy())
                        : cache(get.node())
                            .entry(key, () -> load(asked, get, null), get.terms().policy()));
              }
              return Seen.value(
                  needsContext
                      ? cache(get.node())
                          .getWith(key, context -> load(asked, get, context), get.terms().policy())
                      : cache(get.node())
                          .get(key, () -> load(asked, get, null), get.terms().policy()));
            });
    model.end(get.node(), get.key(), seen, asked.answers.get(get.key()), get.form() == Form.GET);
  }

  /** What a call returned; or what it threw, which must be what the source threw. */
  private static Seen seen(Map<Integer, Throwable> thrown, Callable<Seen> call) {
    try {
      return call.call();
    } catch (Model.Mismatch mismatch) {
      throw mismatch;
    } catch (Throwable failure) {
      return thrown.values().stream().anyMatch(one -> one == failure)
          ? Seen.thrown(failure.getMessage())
          : Seen.thrown("not by the source: " + failure);
    }
  }

  void getAll(Op.GetAll get) {
    Asked asked = new Asked();
    Map<String, Integer> keys = new LinkedHashMap<>();
    get.keys().keySet().forEach(key -> keys.put(prefix + key, key));
    keys.values().forEach(key -> model.begin(get.node(), key, get.terms()));
    Map<String, String> found = new LinkedHashMap<>();
    Seen seen =
        seen(
            asked.thrown,
            () -> {
              found.putAll(
                  cache(get.node())
                      .getAllWith(
                          keys.keySet(),
                          (missing, context) -> loadAll(asked, get, keys, missing, context),
                          get.terms().policy()));
              return Seen.NOTHING;
            });
    int thrower = -1;
    for (int key : keys.values()) {
      Answer answer = asked.answers.get(key);
      if (thrower < 0
          && seen.isThrown()
          && isThrownFor(seen, asked, key)
          && model.mayThrow(get.node(), key, answer)) {
        thrower = key;
        model.end(get.node(), key, seen, answer, true);
      } else if (seen.isThrown()) {
        model.endUnseen(get.node(), key, answer);
      } else {
        String name = prefix + key;
        Seen value = found.containsKey(name) ? Seen.value(found.get(name)) : Seen.ABSENT;
        model.end(get.node(), key, value, answer, true);
      }
    }
    if (seen.isThrown() && thrower < 0) {
      throw new Model.Mismatch("No key may throw, was " + seen);
    }
  }

  private static boolean isThrownFor(Seen seen, Asked asked, int key) {
    Throwable failure = asked.thrown.get(key);
    return failure != null && seen.equals(Seen.thrown(failure.getMessage()));
  }

  private Map<String, String> loadAll(
      Asked asked,
      Op.GetAll get,
      Map<String, Integer> keys,
      Set<String> missing,
      BulkContext<String> context)
      throws Exception {
    missing.forEach(key -> model.asked(get.node(), keys.get(key)));
    if (get.during() != null) {
      step(get.during());
    }
    if (get.fails()) {
      IOException failure = new IOException("failure " + values++);
      for (String key : missing) {
        Answer answer = new Answer(Answer.Kind.FAILS, failure.getMessage(), Long.MAX_VALUE, 0);
        asked.answers.put(keys.get(key), answer);
        asked.thrown.put(keys.get(key), failure);
      }
      throw failure;
    }
    Map<String, String> loaded = new HashMap<>();
    for (String key : missing) {
      int number = keys.get(key);
      try {
        String value = answer(asked, number, get.keys().get(number), null);
        if (get.keys().get(number).kind() != Answer.Kind.LEAVES_OUT) {
          loaded.put(key, value);
        }
      } catch (IOException failure) {
        asked.thrown.put(number, failure);
        context.failed(key, failure);
      }
    }
    return loaded;
  }

  void peek(Op.Peek peek) {
    String key = prefix + peek.key();
    BackedCache<String, String> cache = cache(peek.node());
    switch (peek.look()) {
      case PEEK -> model.peek(peek.node(), peek.key(), Seen.of(cache.peek(key)), seen -> seen);
      case STAMP ->
          model.peek(
              peek.node(),
              peek.key(),
              cache
                  .stamp(key)
                  .map(stamp -> Seen.part(String.valueOf(stamp.toEpochMilli())))
                  .orElse(Seen.part("nothing")),
              Seen::stampOnly);
      case CONTAINS ->
          model.peek(
              peek.node(),
              peek.key(),
              Seen.part(String.valueOf(cache.contains(key))),
              Seen::freshOnly);
    }
  }

  // --- changes

  void put(Op.Put put) {
    String value = value(put.same());
    String key = prefix + put.key();
    Duration ttl = Duration.ofMillis(put.ttl());
    if (put.lag() == 0) {
      cache(put.node()).put(key, value, ttl);
    } else {
      cache(put.node()).put(key, value, ttl, Instant.ofEpochMilli(now - put.lag()));
    }
    model.put(put.node(), put.key(), value, put.ttl(), now - put.lag());
  }

  void putAll(Op.PutAll put) {
    Map<String, String> all = new LinkedHashMap<>();
    put.keys().forEach(key -> all.put(prefix + key, value(false)));
    cache(put.node()).putAll(all, Duration.ofMillis(put.ttl()));
    put.keys().forEach(key -> model.put(put.node(), key, all.get(prefix + key), put.ttl(), now));
  }

  void add(Op.Add add) {
    String value = value(add.same());
    boolean isAdded =
        cache(add.node()).add(prefix + add.key(), value, Duration.ofMillis(add.ttl()));
    model.add(add.node(), add.key(), Seen.value(String.valueOf(isAdded)), value, add.ttl());
  }

  void expire(Op.Expire expire) {
    cache(expire.node()).expire(prefix + expire.key());
    model.expire(expire.node(), expire.key());
  }

  void expireBefore(Op.ExpireBefore expire) {
    long moment = now - expire.lag();
    cache(expire.node()).expireCreatedBefore(Instant.ofEpochMilli(moment));
    model.end(expire.node(), Ended.expired(Math.min(now, moment)));
  }

  void remove(Op.Remove remove) {
    cache(remove.node()).remove(prefix + remove.key());
    model.remove(remove.node(), remove.key());
  }

  void removeAll(Op.RemoveAll remove) {
    cache(remove.node()).removeAll(remove.keys().stream().map(key -> prefix + key).toList());
    remove.keys().forEach(key -> model.remove(remove.node(), key));
  }

  void clear(Op.Clear clear) {
    cache(clear.node()).clear();
    model.end(clear.node(), Ended.cleared(now));
  }

  void cull(Op.Cull cull) {
    world.cull(cull.node());
    model.cull(World.IDLE, World.TOMBSTONE_FOR);
    try {
      rows();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  void fail(Op.Fail fail) {
    if (fail.depth() < kind.tiers) {
      world.tier(fail.node(), fail.depth()).fail(fail.fault());
      model.unsure(fail.node(), fail.depth());
      hasFailed = true;
    }
  }

  void lose(Op.Lose lose) {
    if (lose.depth() < kind.tiers) {
      TestTier tier = world.tier(lose.node(), lose.depth());
      String text = kind + "/" + prefix + lose.key();
      if (lose.damages()) {
        tier.damage(text);
      } else {
        tier.lose(text);
      }
      model.lose(lose.node(), lose.depth(), lose.key());
    }
  }

  void restart(Op.Restart restart) {
    world.restart(restart.node());
    model.restart(restart.node());
  }
}
