package dev.backstop.core;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackstopConfig;
import dev.backstop.CacheSpec;
import dev.backstop.CacheTier;
import dev.backstop.CacheTransaction;
import dev.backstop.ChangeNotes;
import dev.backstop.Codec;
import dev.backstop.CullReport;
import dev.backstop.Durability;
import dev.backstop.Lender;
import dev.backstop.TierReport;
import dev.backstop.WriteReport;
import dev.backstop.backup.BackupStore;
import dev.backstop.backup.News;
import dev.backstop.clock.InjectedClock;
import dev.backstop.clock.IntervalClock;
import dev.backstop.clock.Micros;
import dev.backstop.clock.StampClock;
import dev.backstop.codec.JsonCodec;
import dev.backstop.fast.Cluster;
import dev.backstop.fast.FastTiers;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A Backstop: what its caches share, and their life. */
final class Engine implements Backstop {
  /** An access is written at most so often per key: a cull may be off by that share. */
  private static final int NOTES_PER_IDLE_TIME = 24;

  private final String namespace;
  private final StampClock clock;
  private final Codec codec;
  private final Durability durability;
  private final LoadThreads ownThreads;
  private final Executor executor;
  private final FastTiers fastTiers;
  private final BackupStore store;
  private final long noteEvery;
  private final Map<String, Opened> caches = new HashMap<>();
  private final Map<String, Ear<?, ?>> ears = new ConcurrentHashMap<>();
  private final List<Supplier<List<TierReport>>> reports = new ArrayList<>();
  private final LongAdder unanswered = new LongAdder();
  private final Life life = new Life();
  private final Units units;
  private final Closing closing;
  private final ChangeNotes.Registration listening;

  private record Opened(CacheSpec<?, ?> spec, BackedCache<?, ?> cache) {}

  Engine(BackstopConfig config) {
    this(config, config.clock() == null ? new IntervalClock() : new InjectedClock(config.clock()));
  }

  /** On a clock of a test's own. */
  Engine(BackstopConfig config, StampClock clock) {
    namespace = config.namespace();
    this.clock = clock;
    units = new Units(config.transactions(), clock);
    codec = config.codec() == null ? new JsonCodec() : config.codec();
    durability = config.durability();
    ownThreads = new LoadThreads(config.threads("load"));
    fastTiers = new FastTiers(config.diskDirectory(), cluster(config));
    store = open(config, clock, fastTiers);
    noteEvery = Micros.of(config.culling().idleAfter()) / NOTES_PER_IDLE_TIME;
    closing = new Closing(this::closeAll, config.threadsInAnyCase("close"));
    executor = config.executor() == null ? ownThreads.executor() : config.executor();
    listening = ChangeNotes.register(units::changed);
    store.hear(this::hear);
  }

  /** Other nodes changed this; or nobody knows what. */
  private void hear(@Nullable List<News> news) {
    if (news == null) {
      ears.values().forEach(Ear::startOver);
    } else {
      news.stream()
          .collect(Collectors.groupingBy(News::cache))
          .forEach(
              (cache, all) -> {
                Ear<?, ?> ear = ears.get(cache);
                if (ear != null) { // or it is of no cache that is open here
                  ear.hear(all);
                }
              });
    }
  }

  private static @Nullable Cluster cluster(BackstopConfig config) {
    URI server = config.ehcacheCluster();
    return server == null
        ? null
        : new Cluster(server, config.backupTimeout(), config.threadsInAnyCase("cluster"));
  }

  private static BackupStore open(BackstopConfig config, StampClock clock, FastTiers fastTiers) {
    try {
      return new BackupStore(config, clock);
    } catch (RuntimeException | Error refused) {
      fastTiers.close();
      throw refused;
    }
  }

  @Override
  @SuppressWarnings("unchecked") // a cache is found by its spec, which fixes both types
  public <K, V> BackedCache<K, V> cache(CacheSpec<K, V> spec) {
    if (spec == null) {
      throw new NullPointerException("spec must not be null");
    }
    synchronized (caches) {
      life.check();
      Opened existing = caches.get(spec.name());
      if (existing == null) {
        BackedCache<K, V> made = open(spec);
        caches.put(spec.name(), new Opened(spec, made));
        return made;
      }
      if (!existing.spec().keyType().equals(spec.keyType())
          || !existing.spec().valueType().equals(spec.valueType())
          || existing.spec().version() != spec.version()) {
        throw new IllegalArgumentException(
            "spec must have the types and the version of the cache of that name, which is "
                + existing.spec()
                + ", was "
                + spec);
      }
      return (BackedCache<K, V>) existing.cache();
    }
  }

  private <K, V> BackedCache<K, V> open(CacheSpec<K, V> spec) {
    Entities.refuseIn(spec);
    Codec own = spec.codec() == null ? codec : spec.codec();
    Values<V> values = new Values<>(spec.name(), own, spec.valueType());
    return spec.isCopied()
        ? new CopiedCache<>(open(spec, new HeldBlobs<>(values)), values, clock)
        : open(spec, values);
  }

  private <K, V> BackedCache<K, V> open(CacheSpec<K, ?> spec, Encoding<V> values) {
    String stored = storedName(spec);
    store.limit(stored, spec.maxBackups(), spec.maxBackupBytes());
    Keys<K> keys = new Keys<>(stored, spec.keyType(), spec.keyText());
    Tiers<K, V> tiers = new Tiers<>(tiers(spec, stored), keys, values, store, clock, executor);
    if (!tiers.isEmpty()) {
      reports.add(() -> tiers.report(spec.name()));
    }
    Slots<K, V> slots = new Slots<>(fastTiers.open(spec), tiers, clock, units, store::isInformed);
    Parts<K, V> parts =
        new Parts<>(
            spec,
            life,
            clock,
            keys,
            values,
            slots,
            tiers,
            new Questions<>(spec.name(), clock, slots, unanswered),
            store,
            units,
            executor,
            (spec.durability() == null ? durability : spec.durability()) == Durability.SYNC,
            noteEvery);
    ears.put(stored, new Ear<>(parts));
    return new TransactionalCache<>(new TieredCache<>(parts), parts);
  }

  private List<CacheTier> tiers(CacheSpec<?, ?> spec, String stored) {
    List<CacheTier> tiers = new ArrayList<>();
    if (spec.offHeapBytes() > 0) {
      tiers.add(fastTiers.openOffHeap(stored, spec.offHeapBytes()));
    }
    if (spec.diskBytes() > 0) {
      tiers.add(fastTiers.openDisk(stored, spec.diskBytes()));
    }
    if (spec.clusterBytes() > 0) {
      tiers.add(fastTiers.openCluster(stored, spec.clusterBytes()));
    }
    tiers.addAll(spec.tiers());
    return tiers;
  }

  private String storedName(CacheSpec<?, ?> spec) {
    String name = spec.version() == 0 ? spec.name() : spec.name() + "@" + spec.version();
    String stored = namespace.isEmpty() ? name : namespace + ":" + name;
    if (stored.length() > 64) {
      throw new IllegalArgumentException(
          "name must leave room for its namespace and version in 64 characters, was " + stored);
    }
    return stored;
  }

  @Override
  public CacheTransaction transaction() {
    return units.drive(life, null);
  }

  @Override
  public CacheTransaction transaction(Lender lender) {
    if (lender == null) {
      throw new NullPointerException("lender must not be null");
    }
    return units.drive(life, lender);
  }

  @Override
  public CullReport cullNow() {
    life.check();
    return store.cullNow();
  }

  @Override
  public CullReport cullPreview() {
    life.check();
    return store.cullPreview();
  }

  @Override
  public WriteReport writes() {
    life.check();
    return store.writes();
  }

  @Override
  public List<TierReport> tiers() {
    life.check();
    synchronized (caches) {
      return reports.stream().flatMap(report -> report.get().stream()).toList();
    }
  }

  @Override
  public long unansweredQuestions() {
    life.check();
    return unanswered.sum();
  }

  /**
   * On a thread of its own, which nobody can interrupt: what is queued would not be written, and
   * what is on disk be damaged. Whoever closes returns when it is closed, but for that thread.
   */
  @Override
  public void close() {
    if (life.end()) {
      listening.close();
      units.close();
      closing.start();
    }
    closing.await();
  }

  private void closeAll() {
    store.close();
    ownThreads.close();
    fastTiers.close();
  }
}
