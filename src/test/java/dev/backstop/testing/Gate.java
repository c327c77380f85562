package dev.backstop.testing;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Holds a thread at a known point until the test lets it go on: the loader calls {@link #enter()},
 * the test {@link #awaitEntered()}, does what has to happen meanwhile, and then {@link #open()}s.
 * Serves once; after it was opened nobody is held any more.
 */
public final class Gate {
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch opened = new CountDownLatch(1);

  /** Says that a thread has arrived, and holds it until the gate is opened. */
  public void enter() throws InterruptedException {
    entered.countDown();
    await(opened, "Nobody opened the gate");
  }

  /** Returns once a thread has arrived. */
  public void awaitEntered() throws InterruptedException {
    await(entered, "Nobody came to the gate");
  }

  /** Lets go who waits at the gate, and who comes later. */
  public void open() {
    opened.countDown();
  }

  /** Whether a thread has arrived yet. */
  public boolean wasEntered() {
    return entered.getCount() == 0;
  }

  private static void await(CountDownLatch latch, String complaint) throws InterruptedException {
    if (!latch.await(Eventually.LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new AssertionError(complaint + " within " + Eventually.LIMIT);
    }
  }
}
