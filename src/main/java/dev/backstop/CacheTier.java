package dev.backstop;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A cache between the fast tier and the backups, to be named in {@link CacheSpec#tiers}: on disk,
 * in another process, on another machine. It holds bytes under text, and need know nothing of
 * stamps: what it answers is believed only where no later change is known, and what it lost, or
 * returns damaged, counts as absent.
 *
 * <p>Methods are called by many threads at once, but one key is written by one at a time. They run
 * on the thread of whoever called the cache, so they should answer soon, or throw: one that throws
 * is skipped for a while, and its keys that changed meanwhile are not believed until they are
 * removed. A tier may forget any key at any time, and may serve several caches.
 */
public interface CacheTier {
  /** The name of the fast tier in this process's heap. */
  String HEAP = "heap";

  /** The name of the fast tier's part beyond the heap, see {@link CacheSpec#offHeapBytes}. */
  String OFF_HEAP = "off-heap";

  /** The name of the fast tier's part on disk, see {@link CacheSpec#diskBytes}. */
  String DISK = "disk";

  /** The name of the fast tier's part that nodes share, see {@link CacheSpec#clusterBytes}. */
  String CLUSTER = "cluster";

  /** The name of the backups. */
  String BACKUPS = "backups";

  /** A name for logs and reports: 1 to 64 of {@code A-Z a-z 0-9 _ . -}, unique in its chain. */
  String name();

  /**
   * Returns what was put last under a key, or null. The bytes are not changed by who gets them.
   *
   * @throws Exception if it can't say; the tiers below are asked
   */
  byte @Nullable [] get(String key) throws Exception;

  /**
   * Holds bytes under a key. They are not changed by who gave them.
   *
   * @throws Exception if they may not be held; what is held is then not believed
   */
  void put(String key, byte[] bytes) throws Exception;

  /**
   * Forgets a key.
   *
   * @throws Exception if it may not be forgotten; what is held is then not believed
   */
  void remove(String key) throws Exception;

  /**
   * Forgets at least the keys that match. One that can't list its keys forgets them all.
   *
   * @throws Exception if some may not be forgotten; none of them is then believed
   */
  void removeIf(Predicate<? super String> keys) throws Exception;
}
