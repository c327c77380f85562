package dev.backstop;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A cache that stands in when its source fails. Thread-safe.
 *
 * <p>{@code get} returns the fast copy while it is fresh. Otherwise it loads, caches and backs up;
 * and when loading fails, it serves the last backup and holds that for the stand-in time (half the
 * ttl unless set), during which the source is left alone.
 *
 * <p><b>Values</b> are shared by reference between callers and must be immutable, unless {@link
 * CacheSpec#copied()} is set.
 *
 * <p><b>One load per key.</b> Concurrent callers of one key share one call of the first caller's
 * loader, under the first caller's ttl; each caller's own {@code standInOn}, {@code maxStale} and
 * timeouts decide what it gets. No lock is held while a loader runs. A caller that joined the load
 * of another call site may meet a checked exception that its own loader never declared.
 *
 * <p><b>Order.</b> Every write has a stamp, and the highest stamp wins, in every tier and on every
 * node. A removal, expiry, put or clear during a load wins over it: the load's callers get their
 * value, but no tier serves it.
 *
 * <p><b>In a transaction</b> ({@link Backstop#transaction()}, {@link BackstopBuilder#transactions})
 * changes take effect after its commit, stamped then, and not at all after its rollback; only the
 * transaction sees them before. {@link #add}, and changes of what a {@link BackupFilter} means, act
 * at once. Once it changed something in this cache, its loads are its own until the commit, and run
 * on its thread without timeouts. Whatever it loads is stamped with its begin, as far as that is
 * known. Nothing in it waits until a backup is durable.
 *
 * <p><b>When the database is down</b>, gets go on without it, slower by the backup timeout at most
 * once. An explicit change takes effect in this process at once, and throws {@link
 * BackupUnavailableException} if it was not durable within the backup timeout.
 *
 * <p>Every method throws {@code NullPointerException} for a null argument, {@code
 * IllegalArgumentException} for a key that is of another type, that has no canonical text, or whose
 * text holds NUL or a lone surrogate, and for a duration below one millisecond, each before any
 * tier is touched; and {@code IllegalStateException} after {@link Backstop#close()}.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public interface BackedCache<K, V> {
  /** The cache's name, as its spec has it. */
  String name();

  /** {@link #get(Object, Loader, Policy)} under the cache's own policy. */
  <X extends Exception> @Nullable V get(K key, Loader<? extends V, X> loader) throws X;

  /** {@link #get(Object, Loader, Policy)} under the cache's own policy, with another ttl. */
  <X extends Exception> @Nullable V get(K key, Loader<? extends V, X> loader, Duration ttl)
      throws X;

  /**
   * Returns the fast copy while it is fresh; or loads, caches and backs up; or, when loading fails,
   * the last backup.
   *
   * <p>A hit takes no lock and does no I/O, unless the policy asks whether the source changed. A
   * miss waits for the load (its own, or the one that is already on its way), no longer than the
   * policy's timeouts say. The caller whose load it was also waits for the backup to be durable, no
   * longer than the backup timeout.
   *
   * @return the value, or null if the loader said that the source has no such thing: that is
   *     recorded as a removal
   * @throws X the loader's own exception, the same object, if nothing could stand in; what else
   *     went wrong is attached to it as suppressed. No tier has changed.
   * @throws LoadTimeoutException if the load missed the hard timeout and nothing could stand in. A
   *     late result is still stored, if its stamp still wins.
   * @throws LoadInterruptedException if this thread was interrupted while it waited; its flag is
   *     set, and the load goes on
   * @throws IllegalStateException if waiting would close a circle of loaders that wait for each
   *     other, or if the Backstop is closed. No tier has changed.
   */
  <X extends Exception> @Nullable V get(K key, Loader<? extends V, X> loader, Policy policy)
      throws X;

  /**
   * {@link #get(Object, Loader, Policy) get}, with its truth: stamp, expiry, origin and, for a
   * stand-in, the failure.
   *
   * @return the entry; its value is null if the loader said that the source has no such thing
   * @throws X as {@code get}
   */
  <X extends Exception> Entry<V> entry(K key, Loader<? extends V, X> loader, Policy policy)
      throws X;

  /**
   * {@link #get(Object, Loader, Policy) get}, whose loader is told what is known of the value so
   * far and may answer that it has not changed: a conditional request, say. It shares the loads of
   * the other gets of its key; the first caller's loader is the one that runs.
   *
   * @throws X as {@code get}
   */
  <X extends Exception> @Nullable V getWith(K key, ContextLoader<V, X> loader, Policy policy)
      throws X;

  /**
   * {@link #getWith getWith}, with its truth, as {@link #entry entry}.
   *
   * @throws X as {@code get}
   */
  <X extends Exception> Entry<V> entryWith(K key, ContextLoader<V, X> loader, Policy policy)
      throws X;

  /**
   * {@link #get(Object, Loader, Policy) get} for many keys: fast copies are answered as they are,
   * and all others go to the loader in one call, but for those that another thread is loading. For
   * these it waits when its own load is done, so that gets of overlapping keys never wait for each
   * other in a circle.
   *
   * <p>A key that is absent from the loader's map is absent from the answer, and nothing changes
   * for it: its backup stays. If the loader throws, every key that it was asked for stands in, by
   * this call's policy. Backups that stand in are read, and what was loaded is written, in batches,
   * whatever the number of keys. Duplicate keys count once. Timeouts hold for each key's load; a
   * bulk get never refreshes ahead.
   *
   * @return the values in the order of {@code keys}, in a map of the caller's own. A value is null
   *     if the loader said that the source has no such thing.
   * @throws X the loader's own exception if nothing could stand in for one of the keys, even if
   *     there are answers for others; these were cached. Failures of further keys are attached as
   *     suppressed.
   * @throws LoadTimeoutException as {@code get}
   * @throws LoadInterruptedException as {@code get}
   * @throws IllegalStateException as {@code get}
   */
  <X extends Exception> Map<K, @Nullable V> getAll(
      Collection<? extends K> keys, BulkLoader<K, V, X> loader, Policy policy) throws X;

  /**
   * {@link #getAll} with a loader that can say of single keys that they failed: these stand in, and
   * where one can't, its exception is thrown.
   *
   * @throws X as {@code getAll}
   */
  <X extends Exception> Map<K, @Nullable V> getAllWith(
      Collection<? extends K> keys, ContextBulkLoader<K, V, X> loader, Policy policy) throws X;

  /**
   * What {@code get} would answer without a load: a fresh value, or one that is standing in. Walks
   * the tiers and fills the fast one from a fresh backup. Never waits for a load, and does not ask
   * whether the source changed. Without the database it answers from the fast tier alone.
   */
  Optional<Entry<V>> peek(K key);

  /** The stamp of the value that {@link #peek} would return. */
  Optional<Instant> stamp(K key);

  /** Whether a tier holds a fresh value; one that stands in is not fresh. */
  boolean contains(K key);

  /** {@link #put(Object, Object, Duration)} with the cache's own ttl. */
  void put(K key, V value);

  /**
   * Stores a value, stamped now, in every tier. It wins over every load that began before, and
   * waits until it is durable, no longer than the backup timeout.
   *
   * @throws IllegalArgumentException if the value can't be encoded. No tier has changed.
   * @throws BackupUnavailableException if it was not durable in time. It holds in this process and
   *     stays queued.
   */
  void put(K key, V value, Duration ttl);

  /**
   * Stores a value that was true at {@code asOf}. It loses against whatever has a higher stamp. A
   * moment later than now, by the database's clock, counts as now.
   *
   * @throws IllegalArgumentException if the value can't be encoded. No tier has changed.
   * @throws BackupUnavailableException as {@link #put(Object, Object, Duration)}
   */
  void put(K key, V value, Duration ttl, Instant asOf);

  /** {@link #putAll(Map, Duration)} with the cache's own ttl. */
  void putAll(Map<? extends K, ? extends V> values);

  /**
   * {@link #put(Object, Object, Duration)} for many keys. Nothing is stored unless every key and
   * every value is good. They are written in batches, and it waits for all of them together, no
   * longer than the backup timeout.
   *
   * @throws IllegalArgumentException if a value can't be encoded. No tier has changed.
   * @throws BackupUnavailableException if not all were durable in time. They hold in this process
   *     and stay queued; what is more than the queue takes at once is dropped, the oldest first.
   */
  void putAll(Map<? extends K, ? extends V> values, Duration ttl);

  /**
   * Stores a value only if there is no fresh one. Decided by one guarded statement in the database,
   * and so atomic across nodes.
   *
   * @return whether the value was stored
   * @throws IllegalArgumentException if the value can't be encoded. No tier has changed.
   * @throws BackupUnavailableException if the database did not decide it in time. Nothing was added
   *     in this process.
   */
  boolean add(K key, V value, Duration ttl);

  /**
   * Ends the freshness of a key, or its stand-in time, and keeps its backup: the next get tries the
   * source once, and the backup can still stand in.
   *
   * @throws BackupUnavailableException if it was not durable in time. It holds in this process and
   *     stays queued.
   */
  void expire(K key);

  /**
   * Ends the freshness of every value stamped at or before {@code stamp}, whatever their number, by
   * one row. A moment later than now counts as now.
   *
   * @throws BackupUnavailableException as {@link #expire}
   */
  void expireCreatedBefore(Instant stamp);

  /**
   * {@link #expire} for all keys that are meant, by their text or by their backups, as of the
   * moment of the call: of a key that is put, or begins to load, while it goes on, it depends on
   * chance whether it is met, and the newer value stays fresh.
   *
   * <p>It means, of a prefix: every key that this process has a copy of, is loading, or has queued,
   * and every row. Of a condition: every row, those that are queued included, with the copy and the
   * load that this process has of its key. A load on another node, of a key that has no backup, is
   * met by neither.
   *
   * <p>It goes along the table in windows of 500 rows, and waits for each of its parts no longer
   * than the backup timeout, whatever the durability is.
   *
   * @return how many keys it changed
   * @throws IllegalArgumentException if the database can't be asked by this condition; the message
   *     has its text
   * @throws BackupUnavailableException if the database did not answer, or something was not
   *     durable, in time. What it met until then holds in this process and stays queued, which is,
   *     of a prefix, at least all that this process has; the rest is unchanged. Call it again.
   */
  long expireAll(BackupFilter which);

  /**
   * Forgets a key in every tier.
   *
   * @throws BackupUnavailableException as {@link #expire}
   */
  void remove(K key);

  /**
   * {@link #remove} for many keys: written in batches, and waited for together.
   *
   * @throws BackupUnavailableException as {@link #putAll(Map, Duration)}
   */
  void removeAll(Collection<? extends K> keys);

  /**
   * {@link #remove} for all keys that are meant, as {@link #expireAll} means them.
   *
   * @return how many keys it changed
   * @throws IllegalArgumentException as {@code expireAll}
   * @throws BackupUnavailableException as {@code expireAll}
   */
  long removeAll(BackupFilter which);

  /**
   * Forgets every value stamped at or before {@code stamp}, in every tier, whatever their number,
   * by one row. A moment later than now counts as now.
   *
   * @throws BackupUnavailableException as {@link #expire}
   */
  void removeCreatedBefore(Instant stamp);

  /**
   * Forgets the whole cache in every tier, whatever its size, by one row.
   *
   * @throws BackupUnavailableException as {@link #expire}
   */
  void clear();
}
