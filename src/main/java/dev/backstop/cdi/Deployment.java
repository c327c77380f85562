package dev.backstop.cdi;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The life of the Backstop of one application. */
final class Deployment {
  private final Assembly assembly;
  private final boolean isUsed;
  private final boolean isProduced;
  private @Nullable Backstop opened;
  private @Nullable Backstop backstop;
  private boolean isClosed;

  /**
   * Opens nothing yet.
   *
   * @param isUsed whether anything of it is injected
   * @param isProduced whether the application makes, and closes, the Backstop itself
   */
  Deployment(Assembly assembly, boolean isUsed, boolean isProduced) {
    this.assembly = assembly;
    this.isUsed = isUsed;
    this.isProduced = isProduced;
  }

  /** What must be mended before it can begin. */
  List<String> problems() {
    List<String> problems = new ArrayList<>(assembly.problemsOfCaches());
    if (isUsed && !isProduced) {
      problems.addAll(assembly.problems());
    }
    return problems;
  }

  /** Opens it, if anyone is going to use it. */
  void start() {
    if (isUsed && !isProduced) {
      backstop();
    }
  }

  /**
   * Returns it, and opens it at the first call.
   *
   * @throws IllegalStateException after {@link #close()}
   */
  synchronized Backstop backstop() {
    if (isClosed) {
      throw new IllegalStateException("The application of this Backstop is shut down");
    }
    if (backstop == null) {
      opened = isProduced ? null : assembly.open();
      backstop =
          new ContainerBackstop(
              opened == null ? assembly.produced().backstop() : opened, assembly::complete);
    }
    return backstop;
  }

  /** Returns the cache that is injected there. */
  BackedCache<?, ?> cache(CachePoint point) {
    return backstop().cache(assembly.spec(point));
  }

  /** Whether it has ever opened one. */
  synchronized boolean hasOpened() {
    return opened != null;
  }

  /** Closes what it opened. Closing twice is closing once. */
  synchronized void close() {
    isClosed = true;
    if (opened != null) {
      opened.close();
    }
    assembly.produced().close();
  }
}
