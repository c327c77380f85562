package dev.backstop.stack;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A thread for each task, kept for a minute. A stack that ends while a pool of the JDK makes a
 * thread leaves the pool's lock taken: whoever needs another thread then waits for ever, and so
 * does who shuts it down.
 */
public final class RoomyThreadPool extends ThreadPoolExecutor {
  private static final long KEPT_SECONDS = 60;

  public RoomyThreadPool(ThreadFactory threads) {
    super(0, Integer.MAX_VALUE, KEPT_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), threads);
  }

  /**
   * Runs the task on a thread of this pool.
   *
   * @throws StackOverflowError if the caller's stack is about to end; nothing was begun
   */
  @Override
  public void execute(Runnable task) {
    StackRoom.check();
    super.execute(task);
  }
}
