package dev.backstop;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The transactions that surround the calls of caches: a Backstop asks it at every call which one
 * the calling thread is in, and is told of its end. {@code dev.backstop.jta.JtaTransactions} is
 * that of Jakarta Transactions. Implementations are thread-safe.
 *
 * <p>What a transaction changes in a cache takes effect after its commit. A transaction that no
 * implementation tells of is driven by hand: {@link Backstop#transaction()}.
 */
public interface Transactions {
  /** How a transaction ended. */
  enum End {
    /** It was committed. */
    COMMITTED,
    /** It was rolled back: nothing of it is to be seen. */
    ROLLED_BACK,
    /** Nobody knows, or a part of it was committed. */
    UNKNOWN
  }

  /** One Backstop's part in one transaction. */
  interface Participant {
    /**
     * Says that the transaction has ended. It does not wait for a database, and throws nothing. The
     * first call counts, on whatever thread it comes.
     */
    void ended(End how);
  }

  /**
   * Returns who takes part for {@code owner} in the transaction that the calling thread is in. At
   * the owner's first call in a transaction that is {@code joining.get()}, which from then on is
   * returned in this transaction, and told of its end. It is told at once if the transaction takes
   * no more participants: that it is rolled back, if it can only be rolled back; that it was
   * committed, if that is sure; else that nobody knows.
   *
   * <p>It is called by every get, and so must be fast and never wait.
   *
   * @param owner who asks, told from others by identity
   * @param joining makes a new participant
   * @return what {@code joining} made, or null if the thread is in no transaction
   */
  @Nullable Participant participant(Object owner, Supplier<? extends Participant> joining);

  /**
   * Lends connections that take part in the transaction of the calling thread, in which {@link
   * ChangeNotes} notes what it wrote; null, as it is unless overridden, if there are none.
   */
  default @Nullable Lender lender() {
    return null;
  }
}
