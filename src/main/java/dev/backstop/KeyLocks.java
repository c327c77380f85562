package dev.backstop;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Locks by name, in this process: each key has a lock of its own, for as long as anybody holds it
 * or waits for it, and takes no memory otherwise. Two keys that are not equal never wait for each
 * other. Thread-safe.
 *
 * <p>Who waits for a key gets it in the order of coming. A thread may lock again what it holds, and
 * has to close each {@link Held} of it. What was done before a close is seen by whoever holds the
 * key next.
 *
 * <p>A cache needs none of this: it loads each key once, without a lock. It is for what you do
 * around it, as changing the source and putting the result. Threads that lock several keys may wait
 * for each other for ever unless all take them in one order; nothing here finds that out.
 *
 * @param <K> the type of the keys, with {@code equals} and {@code hashCode}
 */
public final class KeyLocks<K> {
  private final ConcurrentHashMap<K, Users> locks = new ConcurrentHashMap<>();

  /** The lock of a key, and how many hold it or wait for it. */
  private record Users(ReentrantLock lock, int count) {
    Users plus(int more) {
      return new Users(lock, count + more);
    }
  }

  /** A key that a thread holds until it closes this, even if that thread ends before. */
  public interface Held extends AutoCloseable {
    /**
     * Lets go of the key. Closing it again does nothing, whoever does it.
     *
     * @throws IllegalMonitorStateException if another thread holds it, which then goes on to do so
     */
    @Override
    void close();
  }

  /** Waits until this thread holds the key, whether it is interrupted or not. */
  public Held lock(K key) {
    Holding holding = enter(key);
    holding.lock.lock();
    return holding;
  }

  /**
   * Waits until this thread holds the key.
   *
   * @throws InterruptedException if this thread was interrupted before; it then does not hold it
   */
  public Held lockInterruptibly(K key) throws InterruptedException {
    return Objects.requireNonNull(tryLock(key, Duration.ofNanos(Long.MAX_VALUE))); // 292 years
  }

  /**
   * Waits for the key, no longer than {@code atMost}. With {@link Duration#ZERO} it does not wait,
   * and does not overtake those who do.
   *
   * @return null if the time was over before; a {@code try} with resources takes that
   * @throws IllegalArgumentException if {@code atMost} is negative
   * @throws InterruptedException as {@link #lockInterruptibly}
   */
  public @Nullable Held tryLock(K key, Duration atMost) throws InterruptedException {
    Duration limit = Checks.notNull("atMost", atMost);
    Checks.that(!limit.isNegative(), "atMost", "at least zero", limit);
    Holding holding = enter(key);
    boolean isHeld = false;
    try {
      isHeld = holding.lock.tryLock(TimeUnit.NANOSECONDS.convert(limit), TimeUnit.NANOSECONDS);
    } finally {
      if (!isHeld) {
        leave(key);
      }
    }
    return isHeld ? holding : null;
  }

  /** How many keys are held or waited for now. */
  public int size() {
    return locks.size();
  }

  private Holding enter(K key) {
    Checks.notNull("key", key);
    return new Holding(
        key,
        locks.compute(
                key,
                (same, users) ->
                    users == null ? new Users(new ReentrantLock(true), 1) : users.plus(1))
            .lock);
  }

  private void leave(K key) {
    locks.computeIfPresent(key, (same, users) -> users.count == 1 ? null : users.plus(-1));
  }

  private final class Holding implements Held {
    private final K key;
    private final ReentrantLock lock;
    private volatile boolean isClosed;

    Holding(K key, ReentrantLock lock) {
      this.key = key;
      this.lock = lock;
    }

    @Override
    public void close() {
      if (isClosed) {
        return;
      }
      if (!lock.isHeldByCurrentThread()) {
        throw new IllegalMonitorStateException("Another thread holds the lock of " + key);
      }
      isClosed = true;
      lock.unlock();
      leave(key);
    }
  }
}
