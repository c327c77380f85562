package dev.backstop.cdi;

import dev.backstop.Transactions;
import dev.backstop.config.Configuration;
import dev.backstop.jta.JtaTransactions;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.List;
import java.util.Optional;

/** The transactions of the container, wherever it has their registry. */
final class ContainerTransactions {
  /**
   * The name that Jakarta EE 10 gives it (platform specification, section EE.5.13), and those that
   * WildFly, GlassFish and Payara have where there is no component that could ask for the first.
   */
  private static final List<String> NAMES =
      List.of(
          "java:comp/TransactionSynchronizationRegistry",
          "java:jboss/TransactionSynchronizationRegistry",
          "java:appserver/TransactionSynchronizationRegistry");

  private ContainerTransactions() {}

  /** Nothing where they are switched off, or where the container has none. */
  static Optional<Transactions> find(Configuration configuration) {
    return configuration.isOn(Configuration.TRANSACTIONS) ? find() : Optional.empty();
  }

  private static Optional<Transactions> find() {
    try {
      return NAMES.stream()
          .flatMap(name -> Naming.find(name, TransactionSynchronizationRegistry.class).stream())
          .findFirst()
          .map(JtaTransactions::new);
    } catch (NoClassDefFoundError withoutApi) { // CDI without Jakarta Transactions
      return Optional.empty();
    }
  }
}
