package dev.backstop;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link CacheSpec} sets. Set before anyone sees the spec, and never again. */
final class CacheSettings<K> {
  Policy policy = Policy.unset();
  int heapEntries = 10_000;
  @Nullable KeyText<? super K> keyText;
  @Nullable Codec codec;
  @Nullable Durability durability;
  long maxBackups = Long.MAX_VALUE;
  long maxBackupBytes = Long.MAX_VALUE;
  long offHeapBytes;
  long diskBytes;
  long clusterBytes;
  List<CacheTier> tiers = List.of();
  int version;
  @Nullable Duration loadLease;
  boolean sharesFailures;
  boolean isCopied;
  boolean allowsEntities;

  CacheSettings<K> copy() {
    CacheSettings<K> copy = new CacheSettings<>();
    copy.policy = policy;
    copy.heapEntries = heapEntries;
    copy.keyText = keyText;
    copy.codec = codec;
    copy.durability = durability;
    copy.maxBackups = maxBackups;
    copy.maxBackupBytes = maxBackupBytes;
    copy.offHeapBytes = offHeapBytes;
    copy.diskBytes = diskBytes;
    copy.clusterBytes = clusterBytes;
    copy.tiers = tiers;
    copy.version = version;
    copy.loadLease = loadLease;
    copy.sharesFailures = sharesFailures;
    copy.isCopied = isCopied;
    copy.allowsEntities = allowsEntities;
    return copy;
  }
}
