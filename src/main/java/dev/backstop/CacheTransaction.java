package dev.backstop;

/**
 * A transaction of your own, which you commit by yourself: what the calling thread changes in any
 * cache of the Backstop, from {@link Backstop#transaction()} on, takes effect at {@link
 * #committed()}, and not at all if that is not called before {@link #close()}.
 *
 * <pre>{@code
 * try (CacheTransaction transaction = backstop.transaction()) {
 *   em.getTransaction().begin();
 *   em.merge(book);
 *   books.remove(book.id());
 *   em.getTransaction().commit();
 *   transaction.committed();
 * }
 * }</pre>
 *
 * <p>Bound to the thread that began it: every method throws {@code IllegalStateException} on
 * another one, and leaves all as it is.
 */
public interface CacheTransaction extends AutoCloseable {
  /**
   * Says that the commit has succeeded: what was changed takes effect, stamped now, and what was
   * loaded is cached. Waits until that is durable, as the changes would have done. It ends this
   * transaction: what the thread changes afterwards takes effect at once.
   *
   * @throws BackupUnavailableException if it was not durable in time. It holds in this process and
   *     stays queued.
   * @throws IllegalStateException if it was called before, after {@link #close()}, or after the
   *     Backstop was closed, which has expired what was changed. Nothing changes.
   */
  void committed();

  /**
   * Ends this transaction. Unless {@link #committed()} was called, all that was changed is
   * forgotten. Closing twice is closing once.
   */
  @Override
  void close();
}
