package dev.backstop.core;

import dev.backstop.CacheSpec;
import dev.backstop.backup.BackupStore;
import dev.backstop.clock.StampClock;
import java.util.concurrent.Executor;

/**
 * What one cache is made of.
 *
 * @param waits whether callers wait until their backups are committed
 * @param noteEvery how far apart noted accesses of one key are, in microseconds
 */
record Parts<K, V>(
    CacheSpec<K, ?> spec,
    Life life,
    StampClock clock,
    Keys<K> keys,
    Encoding<V> values,
    Slots<K, V> slots,
    Tiers<K, V> tiers,
    Questions<K, V> questions,
    BackupStore store,
    Units units,
    Executor executor,
    boolean waits,
    long noteEvery) {}
