package dev.backstop.fast;

/** What the store below an Ehcache threw. */
final class StoreFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  StoreFailure(Throwable cause) {
    super(cause);
  }
}
