package dev.backstop.config;

import dev.backstop.BackstopBuilder;
import dev.backstop.BackupReads;
import dev.backstop.CacheSpec;
import dev.backstop.Durability;
import dev.backstop.Policy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;

/** Every setting that a text can hold. The others are parts, which an application produces. */
final class Settings {
  /** Before each name. */
  static final String PREFIX = "backstop.";

  /** Before the name of a cache, a dot, and the name of a setting of that cache. */
  static final String CACHE_PREFIX = PREFIX + "cache.";

  /** Chooses a codec by its id, of the whole or of one cache. */
  static final String CODEC = "codec";

  /** Of the whole, {@code backstop.jdbc-url}. */
  static final List<Setting<BackstopBuilder, ?>> BACKSTOP =
      List.of(
          setting("jdbc-url", String.class, BackstopBuilder::jdbcUrl),
          setting("username", String.class, BackstopBuilder::username),
          setting("password", String.class, BackstopBuilder::password),
          setting("pool-size", Integer.class, BackstopBuilder::poolSize),
          setting("namespace", String.class, BackstopBuilder::namespace),
          setting("migrate", Boolean.class, BackstopBuilder::migrate),
          setting("fail-fast", Boolean.class, BackstopBuilder::failFast),
          setting("backup-timeout", Duration.class, BackstopBuilder::backupTimeout),
          setting("durability", Durability.class, BackstopBuilder::durability),
          setting("heard-within", Duration.class, BackstopBuilder::heardWithin),
          setting("disk-directory", Path.class, BackstopBuilder::diskDirectory),
          setting("ehcache-cluster", URI.class, BackstopBuilder::ehcacheCluster),
          setting("queue-rows", Integer.class, BackstopBuilder::queueRows),
          setting("queue-bytes", Long.class, BackstopBuilder::queueBytes),
          setting("cull-idle-after", Duration.class, BackstopBuilder::cullIdleAfter),
          setting("cull-every", Duration.class, BackstopBuilder::cullEvery),
          setting("cull-after-gets", Long.class, BackstopBuilder::cullAfterGets),
          setting("tombstone-for", Duration.class, BackstopBuilder::tombstoneFor),
          setting("persistence-provider", String.class, BackstopBuilder::persistenceProvider));

  /** Of one cache, {@code backstop.cache.feeds.heap-entries}. */
  static final List<Setting<CacheSpec<?, ?>, ?>> CACHE =
      List.of(
          setting("heap-entries", Integer.class, CacheSpec::heapEntries),
          setting("off-heap-bytes", Long.class, CacheSpec::offHeapBytes),
          setting("disk-bytes", Long.class, CacheSpec::diskBytes),
          setting("cluster-bytes", Long.class, CacheSpec::clusterBytes),
          setting("max-backups", Long.class, CacheSpec::maxBackups),
          setting("max-backup-bytes", Long.class, CacheSpec::maxBackupBytes),
          setting("shared-loads", Duration.class, CacheSpec::sharedLoads),
          setting("shared-failures", Boolean.class, CacheSpec::sharedFailures),
          setting("version", Integer.class, CacheSpec::version),
          setting("durability", Durability.class, CacheSpec::durability));

  /** Of one cache, {@code backstop.cache.feeds.ttl}, or of all, {@code backstop.ttl}. */
  static final List<Setting<Policy, ?>> POLICY =
      List.of(
          setting("ttl", Duration.class, (policy, ttl) -> Policy.ttl(ttl).over(policy)),
          setting("soft-timeout", Duration.class, Policy::softTimeout),
          setting("hard-timeout", Duration.class, Policy::hardTimeout),
          setting("max-stale", Duration.class, Policy::maxStale),
          setting("stand-in-for", Double.class, Policy::standInFor),
          setting("stand-in-at-most", Duration.class, Policy::standInAtMost),
          setting("backup-reads", BackupReads.class, Policy::backupReads),
          setting("refresh-ahead", Double.class, Policy::refreshAhead),
          setting("ask-at-most-every", Duration.class, Policy::askAtMostEvery),
          setting("jitter", Duration.class, Policy::jitter),
          setting("without-reading", String.class, (p, names) -> p.withoutReading(split(names))),
          setting("without-writing", String.class, (p, names) -> p.withoutWriting(split(names))));

  private Settings() {}

  private static <S, T> Setting<S, T> setting(
      String name, Class<T> type, BiFunction<S, T, ? extends S> set) {
    return new Setting<>(name, type, set);
  }

  private static String[] split(String names) {
    return names.strip().split("\\s*,\\s*");
  }
}
