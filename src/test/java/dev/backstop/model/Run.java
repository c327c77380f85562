package dev.backstop.model;

import dev.backstop.BackedCache;
import dev.backstop.BackupFilter;
import dev.backstop.BackupUnavailableException;
import dev.backstop.CacheTransaction;
import dev.backstop.model.Op.Form;
import dev.backstop.model.Op.Source;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One sequence: each step is done on the library and on the model, and both must agree. */
final class Run {
  static final int KEYS = 3;

  /** Longer than a tier that failed is skipped. */
  private static final long SKIPPED = 2_000;

  private final World world;
  private final World.Kind kind;
  private final Model model;
  private final Gets gets;
  private String prefix = "";
  private long now;
  private int values;
  private boolean hasFailed;
  private @Nullable Uncommitted uncommitted;
  private int inTransaction;

  private Run(World world, World.Kind kind) {
    this.world = world;
    this.kind = kind;
    this.model = new Model(KEYS, kind.tiers, kind.mayEvict);
    this.gets = new Gets(this, model);
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

  void step(Op op) {
    pass(0);
    try {
      op.on(this);
    } catch (Mismatch mismatch) {
      throw mismatch.at(op, now);
    }
  }

  /** What both hold in the end: in the table, what is served, and what would stand in. */
  private void finish() {
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

  private void rows() {
    for (int key : model.usedKeys()) {
      model.row(key, world.row(kind, name(key)));
    }
  }

  BackedCache<String, String> cache(int node) {
    return world.cache(node, kind);
  }

  Gets gets() {
    return gets;
  }

  /** What the library calls a key. */
  String name(int key) {
    return prefix + key;
  }

  long now() {
    return now;
  }

  /** A text that no other value or failure has; or one that many values have. */
  String value(boolean same) {
    return same ? "same" : "v" + values++;
  }

  void pass(long millis) {
    now = world.tick(millis);
    model.now(now);
    if (uncommitted != null) {
      uncommitted.now(now);
    }
  }

  void peek(Op.Peek peek) {
    String key = name(peek.key());
    BackedCache<String, String> cache = cache(peek.node());
    switch (peek.look()) {
      case PEEK -> peeked(peek, Seen.of(cache.peek(key)), seen -> seen);
      case STAMP ->
          peeked(
              peek,
              cache
                  .stamp(key)
                  .map(stamp -> Seen.part(String.valueOf(stamp.toEpochMilli())))
                  .orElse(Seen.part("nothing")),
              Seen::stampOnly);
      case CONTAINS ->
          peeked(peek, Seen.part(String.valueOf(cache.contains(key))), Seen::freshOnly);
    }
  }

  private void peeked(Op.Peek peek, Seen seen, UnaryOperator<Seen> part) {
    Uncommitted own = peek.node() == inTransaction ? uncommitted : null;
    if (own == null || !own.knows(peek.key())) {
      model.peek(peek.node(), peek.key(), seen, part);
      return;
    }
    Seen put = own.seen(peek.key());
    Seen expected = part.apply(put == null ? Seen.NOTHING : put);
    if (!seen.equals(expected)) {
      throw new Mismatch(
          "key %s must answer its transaction [%s], was [%s]"
              .formatted(peek.key(), expected, seen));
    }
    if (put == null) { // the tiers were asked, and what they said is hidden
      model.peek(peek.node(), peek.key(), Seen.NOTHING, any -> Seen.NOTHING);
    }
  }

  // --- changes

  /** Who learns of a change at a node. */
  private KeyChanges changed(int node) {
    return uncommitted != null && node == inTransaction ? uncommitted : model;
  }

  void transaction(Op.Transaction transaction) {
    Uncommitted own = new Uncommitted();
    uncommitted = own;
    inTransaction = transaction.node();
    try (CacheTransaction driven = world.transaction(transaction.node())) {
      transaction.ops().forEach(this::step);
      uncommitted = null;
      if (transaction.commits()) {
        pass(0);
        change(driven::committed);
        own.commit(transaction.node(), model);
      }
    } finally {
      uncommitted = null;
    }
    rows();
  }

  /** Makes a change; while the database is out, it may say that it is not durable. */
  private void change(Runnable change) {
    try {
      change.run();
    } catch (BackupUnavailableException unavailable) {
      if (!model.isOut()) {
        throw unavailable;
      }
    }
  }

  void outage(Op.Outage outage) {
    world.refuse();
    model.out();
    try {
      outage.ops().forEach(this::step);
    } finally {
      world.restore();
    }
    pass(1_000); // whoever waited for the database has read the clock
    model.back();
    rows();
  }

  void put(Op.Put put) {
    String value = value(put.same());
    String key = name(put.key());
    Duration ttl = Duration.ofMillis(put.ttl());
    BackedCache<String, String> cache = cache(put.node());
    Instant asOf = Instant.ofEpochMilli(now - put.lag());
    change(
        put.lag() == 0 ? () -> cache.put(key, value, ttl) : () -> cache.put(key, value, ttl, asOf));
    long held = put.lag() == 0 ? Long.MAX_VALUE : now - put.lag();
    changed(put.node()).put(put.node(), put.key(), value, put.ttl(), held);
  }

  void putAll(Op.PutAll put) {
    Map<String, String> all = new LinkedHashMap<>();
    put.keys().forEach(key -> all.put(name(key), value(false)));
    BackedCache<String, String> cache = cache(put.node());
    Duration ttl = Duration.ofMillis(put.ttl());
    change(put.ttl() == Terms.TTL ? () -> cache.putAll(all) : () -> cache.putAll(all, ttl));
    KeyChanges changed = changed(put.node());
    put.keys()
        .forEach(
            key -> changed.put(put.node(), key, all.get(name(key)), put.ttl(), Long.MAX_VALUE));
  }

  void add(Op.Add add) {
    String value = value(add.same());
    change(
        () -> {
          boolean isAdded =
              cache(add.node()).add(name(add.key()), value, Duration.ofMillis(add.ttl()));
          model.add(add.node(), add.key(), Seen.value(String.valueOf(isAdded)), value, add.ttl());
        });
  }

  void expire(Op.Expire expire) {
    change(() -> cache(expire.node()).expire(name(expire.key())));
    changed(expire.node()).expire(expire.node(), expire.key());
  }

  void expireBefore(Op.ExpireBefore expire) {
    long moment = now - expire.lag();
    Instant before = Instant.ofEpochMilli(moment);
    change(() -> cache(expire.node()).expireCreatedBefore(before));
    model.end(expire.node(), Ended.expired(Math.min(now, moment)));
  }

  void removeBefore(Op.RemoveBefore remove) {
    long moment = now - remove.lag();
    change(() -> cache(remove.node()).removeCreatedBefore(Instant.ofEpochMilli(moment)));
    model.end(remove.node(), Ended.cleared(Math.min(now, moment)));
  }

  void changeLike(Op.ChangeLike like) {
    Integer only = like.key();
    BackupFilter which = BackupFilter.keyPrefix(only == null ? prefix : name(only));
    List<Integer> keys = only == null ? IntStream.range(0, KEYS).boxed().toList() : List.of(only);
    change(
        () ->
            model.met(
                like.node(),
                keys,
                like.removes()
                    ? cache(like.node()).removeAll(which)
                    : cache(like.node()).expireAll(which)));
    model.changeLike(like.node(), keys, like.removes());
  }

  void remove(Op.Remove remove) {
    change(() -> cache(remove.node()).remove(name(remove.key())));
    changed(remove.node()).remove(remove.node(), remove.key());
  }

  void removeAll(Op.RemoveAll remove) {
    List<String> names = remove.keys().stream().map(this::name).toList();
    change(() -> cache(remove.node()).removeAll(names));
    remove.keys().forEach(key -> changed(remove.node()).remove(remove.node(), key));
  }

  void clear(Op.Clear clear) {
    change(() -> cache(clear.node()).clear());
    model.end(clear.node(), Ended.cleared(now));
  }

  void cull(Op.Cull cull) {
    change(
        () -> {
          world.cull(cull.node());
          model.cull(World.IDLE, World.TOMBSTONE_FOR);
          rows();
        });
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
      String text = kind + "/" + name(lose.key());
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
