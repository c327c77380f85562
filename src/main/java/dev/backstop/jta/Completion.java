package dev.backstop.jta;

import dev.backstop.Transactions;
import jakarta.transaction.Synchronization;

/** Tells a participant how its transaction ended. */
record Completion(Transactions.Participant participant) implements Synchronization {
  @Override
  public void beforeCompletion() {}

  @Override
  public void afterCompletion(int status) {
    participant.ended(JtaTransactions.end(status));
  }
}
