package dev.backstop;

import java.util.ServiceLoader;

/**
 * How {@link BackstopBuilder} reaches the core, which it must not import: a service, found by
 * {@code ServiceLoader} in this jar. Not for applications.
 */
public interface BackstopFactory {
  /** Opens a Backstop. */
  Backstop open(BackstopConfig config);

  /** The one of this jar. */
  static BackstopFactory find() {
    // Our own class loader: the thread's is not always the one that sees this jar (Open Liberty).
    return ServiceLoader.load(BackstopFactory.class, BackstopFactory.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("META-INF/services of Backstop's jar is lost"));
  }
}
