package dev.backstop.core;

import dev.backstop.stack.RoomyThreadPool;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;

/** Threads for loads that need another thread than the caller's. */
final class LoadThreads implements AutoCloseable {
  /** Unbounded: a key has one load and at most one abandoned one. */
  private final ExecutorService threads;

  LoadThreads(ThreadFactory factory) {
    ClassLoader application = Thread.currentThread().getContextClassLoader(); // that opens us
    threads =
        new RoomyThreadPool(
            task -> {
              Thread thread = factory.newThread(task);
              thread.setContextClassLoader(application);
              return thread;
            });
  }

  Executor executor() {
    return threads;
  }

  /** Interrupts the loads that are under way: nobody waits for them any more. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
