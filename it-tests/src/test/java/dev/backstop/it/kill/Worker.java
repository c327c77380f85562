package dev.backstop.it.kill;

import dev.backstop.BackedCache;
import dev.backstop.BackupReads;
import dev.backstop.BackupUnavailableException;
import dev.backstop.Entry;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.it.kill.Waits.Call;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** One of the threads. */
final class Worker {
  private static final Policy POLICY = Policy.ttl(Work.TTL);
  private static final Policy FRESH = POLICY.backupReads(BackupReads.WHILE_FRESH);

  private final Work work;
  private final int thread;
  private final Random random;

  /** The keys whose last change was acknowledged: a load that begins now is later than it. */
  private final Set<String> settled = new HashSet<>();

  Worker(Work work, int thread, long seed) {
    this.work = work;
    this.thread = thread;
    this.random = new Random(seed);
  }

  /** One operation of one kind. */
  void step() {
    String name = Work.caches(thread).get(random.nextInt(4) / 3);
    String key = Work.keys().get(random.nextInt(Work.keys().size()));
    int what = random.nextInt(100);
    boolean isMany = what >= 97;
    if (what < 35 || (work.keepsStill && (isMany || key.startsWith("still")))) {
      read(Work.caches(random.nextInt(work.threads)).get(random.nextInt(2)), key);
    } else if (what < 60) {
      load(name, key);
    } else if (isMany) {
      changeMany(name);
    } else {
      changeOne(name, key, what);
    }
  }

  private void changeOne(String name, String key, int what) {
    BackedCache<String, Numbered> cache = cache(name);
    List<String> one = List.of(key);
    if (what < 78) {
      change(name, one, Kind.VALUE, values -> cache.put(key, values.get(key)));
    } else if (what < 85) {
      change(name, one, Kind.END, values -> cache.remove(key));
    } else if (what < 92) {
      change(name, one, Kind.EXPIRY, values -> cache.expire(key));
    } else {
      add(name, key);
    }
  }

  private void changeMany(String name) {
    BackedCache<String, Numbered> cache = cache(name);
    List<String> all = Work.keys();
    switch (random.nextInt(3)) {
      case 0 -> change(name, all, Kind.END, values -> cache.clear());
      case 1 -> change(name, all, Kind.END, values -> cache.removeAll(all));
      default -> change(name, all, Kind.VALUE, values -> cache.putAll(values, Work.TTL));
    }
  }

  private BackedCache<String, Numbered> cache(String name) {
    return Work.cache(work.backstop, name);
  }

  private static Numbered value(String name, String key, int number) {
    return Numbered.of(name + "/" + key, number);
  }

  /** What is there, be it fresh or not; and nothing may come of the database's trouble. */
  private void read(String name, String key) {
    History history = work.journal.of(name + "/" + key);
    History.Floor floor = history.held();
    long began = System.nanoTime();
    try {
      Policy policy = random.nextBoolean() ? POLICY : FRESH;
      Entry<Numbered> entry = cache(name).entry(key, new Down(), policy);
      Origin origin = entry.origin();
      work.waits.note(origin == Origin.FAST ? Call.HIT : Call.STAND_IN, began);
      boolean isFresh = origin == Origin.FAST || origin == Origin.BACKUP;
      history.check(floor, entry.value(), isFresh);
    } catch (Down down) {
      work.waits.note(Call.STAND_IN, began);
      if (down.getSuppressed().length == 0) { // or the database could not say
        history.check(floor, null, false);
      }
    }
  }

  private void load(String name, String key) {
    String path = name + "/" + key;
    int number = work.journal.begin(path, Kind.VALUE);
    AtomicBoolean loaded = new AtomicBoolean();
    Call call = Call.STAND_IN; // with whom it shared a load that failed
    long began = System.nanoTime();
    try {
      Entry<Numbered> entry =
          cache(name)
              .<Down>entry(
                  key,
                  () -> {
                    loaded.set(true);
                    return value(name, key, number);
                  },
                  POLICY);
      call = entry.origin() == Origin.FAST ? Call.HIT : call;
    } catch (Down shared) {
      // there was none to share
    }
    if (!loaded.get()) {
      work.waits.note(call, began);
      work.journal.end(path, number, End.NONE);
      return;
    }
    work.waits.note(Call.LOAD, began);
    End held = work.isDatabaseUp && !work.isClosing ? End.DURABLE : End.HELD;
    work.journal.end(path, number, settled.contains(path) ? held : End.PERHAPS);
  }

  private void change(
      String name, List<String> keys, Kind kind, Consumer<Map<String, Numbered>> change) {
    work.changing.incrementAndGet();
    Map<String, Numbered> values = new LinkedHashMap<>();
    for (String key : keys) {
      values.put(key, value(name, key, work.journal.begin(name + "/" + key, kind)));
    }
    End end = name.startsWith("async") ? End.HELD : End.DURABLE;
    long began = System.nanoTime();
    try {
      change.accept(values);
    } catch (BackupUnavailableException notYet) {
      end = End.HELD;
    }
    work.waits.note(Call.CHANGE, began);
    for (Numbered value : values.values()) {
      ended(value.key(), value.number(), end);
    }
    work.changing.decrementAndGet();
  }

  private void add(String name, String key) {
    String path = name + "/" + key;
    int number = work.journal.begin(path, Kind.VALUE);
    End end;
    try {
      end = cache(name).add(key, value(name, key, number), Work.TTL) ? End.DURABLE : End.NONE;
    } catch (BackupUnavailableException undecided) {
      end = End.PERHAPS;
    }
    ended(path, number, end);
  }

  private void ended(String path, int number, End end) {
    work.journal.end(path, number, end);
    if (end == End.DURABLE) {
      settled.add(path);
    } else if (end != End.NONE) {
      settled.remove(path);
    }
  }
}
