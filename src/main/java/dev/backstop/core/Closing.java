package dev.backstop.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Does what ends a Backstop on a thread of its own; whoever ends it waits until that is done. */
final class Closing {
  private final Runnable work;
  private final ThreadFactory threads;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private volatile @Nullable Thread thread;

  Closing(Runnable work, ThreadFactory threads) {
    this.work = work;
    this.threads = threads;
  }

  /** Begins; for one caller. */
  void start() {
    try {
      Thread made = threads.newThread(this::run);
      thread = made;
      made.start();
    } catch (RejectedExecutionException | OutOfMemoryError noThread) {
      thread = Thread.currentThread();
      run();
    }
  }

  private void run() {
    try {
      work.run();
      done.complete(null);
    } catch (Throwable failure) {
      done.completeExceptionally(failure);
    }
  }

  /** Waits for the end. An interrupt is kept: the wait is bounded, and what it is for matters. */
  void await() {
    if (Thread.currentThread() == thread) {
      return; // something that is being closed closes us
    }
    try {
      done.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException exception) {
        throw exception;
      }
      if (failed.getCause() instanceof Error error) {
        throw error;
      }
      throw failed;
    }
  }
}
