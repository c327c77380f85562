package dev.backstop.cdi;

import dev.backstop.Transactions;
import dev.backstop.config.Configuration;
import dev.backstop.jta.JtaTransactions;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

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

  /**
   * Nothing where they are switched off, or where the container has none.
   *
   * @throws IllegalStateException if changes are to be noted in them all the same, or in a data
   *     source that is not there; the message names the setting
   */
  static Optional<Transactions> find(Configuration configuration) {
    Optional<Transactions> found =
        configuration.isOn(Configuration.TRANSACTIONS)
            ? find(configuration.text(Configuration.CHANGE_NOTES))
            : Optional.empty();
    if (found.isEmpty() && configuration.text(Configuration.CHANGE_NOTES).isPresent()) {
      throw new IllegalStateException(
          Configuration.CHANGE_NOTES + ": the container has no transactions, or they are off");
    }
    return found;
  }

  private static Optional<Transactions> find(Optional<String> noting) {
    try {
      return NAMES.stream()
          .flatMap(name -> Naming.find(name, TransactionSynchronizationRegistry.class).stream())
          .findFirst()
          .map(JtaTransactions::new)
          .map(found -> noting.map(name -> found.noting(dataSource(name))).orElse(found));
    } catch (NoClassDefFoundError withoutApi) { // CDI without Jakarta Transactions
      return Optional.empty();
    }
  }

  private static DataSource dataSource(String name) {
    return Naming.get(Configuration.CHANGE_NOTES, name, DataSource.class);
  }
}
