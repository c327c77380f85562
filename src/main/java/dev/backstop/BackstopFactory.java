package dev.backstop;

/**
 * How {@link BackstopBuilder} reaches the core, which it must not import: a service, found by
 * {@code ServiceLoader} in this jar. Not for applications.
 */
public interface BackstopFactory {
  /** Opens a Backstop. */
  Backstop open(BackstopConfig config);
}
