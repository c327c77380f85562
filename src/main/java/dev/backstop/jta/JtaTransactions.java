package dev.backstop.jta;

import dev.backstop.Lender;
import dev.backstop.Transactions;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.Objects;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of Jakarta Transactions 2.0, by the registry that every server has. A
 * transaction is met where it first touches a cache; what it has changed is done in {@code
 * afterCompletion} of an interposed synchronization, and so before the application's own
 * synchronizations are told.
 */
public final class JtaTransactions implements Transactions {
  private final TransactionSynchronizationRegistry registry;
  private final @Nullable Lender lender;

  /**
   * Takes part in the transactions that {@code registry} knows.
   *
   * @throws NullPointerException if it is null
   */
  public JtaTransactions(TransactionSynchronizationRegistry registry) {
    this(registry, null);
  }

  private JtaTransactions(TransactionSynchronizationRegistry registry, @Nullable Lender lender) {
    this.registry = Objects.requireNonNull(registry, "registry must not be null");
    this.lender = lender;
  }

  /**
   * The same, with the data source of the entities whose changes {@link dev.backstop.ChangeNotes}
   * notes: its connections take part in these transactions.
   *
   * @throws NullPointerException if it is null
   */
  public JtaTransactions noting(DataSource dataSource) {
    return new JtaTransactions(
        registry, Lender.of(Objects.requireNonNull(dataSource, "dataSource must not be null")));
  }

  @Override
  public @Nullable Lender lender() {
    return lender;
  }

  @Override
  public @Nullable Participant participant(Object owner, Supplier<? extends Participant> joining) {
    if (registry.getTransactionKey() == null) {
      return null;
    }
    Object met = find(owner);
    return met != null ? (Participant) met : join(owner, joining.get());
  }

  private @Nullable Object find(Object owner) {
    try {
      return registry.getResource(owner);
    } catch (IllegalStateException hasEnded) { // and is still that of this thread
      return null;
    }
  }

  /** Registers; what the transaction refuses is told how it ends, as nobody will tell it later. */
  private Participant join(Object owner, Participant participant) {
    try {
      registry.putResource(owner, participant);
      registry.registerInterposedSynchronization(new Completion(participant));
    } catch (RuntimeException refused) { // it has ended, is ending, or can only be rolled back
      participant.ended(end(registry.getTransactionStatus()));
    }
    return participant;
  }

  /** How a transaction in that state ends. */
  static End end(int status) {
    return switch (status) {
      case Status.STATUS_COMMITTED -> End.COMMITTED;
      case Status.STATUS_MARKED_ROLLBACK, Status.STATUS_ROLLING_BACK, Status.STATUS_ROLLEDBACK ->
          End.ROLLED_BACK;
      default -> End.UNKNOWN;
    };
  }
}
