package dev.backstop.testing;

import com.arjuna.ats.arjuna.common.CoreEnvironmentBeanException;
import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.arjuna.coordinator.TransactionReaper;
import com.arjuna.ats.internal.arjuna.objectstore.VolatileStore;
import com.arjuna.ats.internal.arjuna.utils.UuidProcessId;
import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionSynchronizationRegistryImple;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import javax.transaction.xa.XAResource;

/**
 * The transaction manager of WildFly, in this JVM. Its log is in memory, as no test is about its
 * recovery. A transaction that a test leaves open is rolled back.
 */
public final class Narayana implements AutoCloseable {
  static {
    try {
      arjPropertyManager.getCoreEnvironmentBean().setNodeIdentifier("backstop");
      arjPropertyManager
          .getCoreEnvironmentBean()
          .setProcessImplementationClassName(UuidProcessId.class.getName()); // no port is opened
      arjPropertyManager.getCoordinatorEnvironmentBean().setTransactionStatusManagerEnable(false);
    } catch (CoreEnvironmentBeanException broken) {
      throw new IllegalStateException(broken);
    }
    for (String store : new String[] {null, "communicationStore", "stateStore"}) {
      BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, store)
          .setObjectStoreType(VolatileStore.class.getName());
    }
  }

  private final TransactionManager manager =
      com.arjuna.ats.jta.TransactionManager.transactionManager();
  private final TransactionSynchronizationRegistry registry =
      new TransactionSynchronizationRegistryImple();

  /** For {@code JtaTransactions}. */
  public TransactionSynchronizationRegistry registry() {
    return registry;
  }

  /** Begins, commits, suspends. */
  public TransactionManager manager() {
    return manager;
  }

  /** The transaction of this thread. */
  public Transaction current() throws Exception {
    return manager.getTransaction();
  }

  /** Lets that take part in the transaction of this thread. */
  public void enlist(XAResource resource) throws Exception {
    if (!current().enlistResource(resource)) {
      throw new IllegalStateException("It was not enlisted");
    }
  }

  /** Opens a connection that is committed or rolled back with the transaction of this thread. */
  public Connection connect(DataSource dataSource) throws Exception {
    return connect(dataSource, Connection.TRANSACTION_READ_COMMITTED);
  }

  /** The same at that level of isolation. */
  public Connection connect(DataSource dataSource, int isolation) throws Exception {
    Connection connection = dataSource.getConnection();
    connection.setTransactionIsolation(isolation);
    connection.setAutoCommit(false);
    enlist(new OneConnection(connection));
    return connection;
  }

  /** Rolls back what is open on this thread, and ends the threads. */
  @Override
  public void close() throws Exception {
    if (manager.getTransaction() != null) {
      manager.rollback();
    }
    TransactionReaper.terminate(false);
  }

  /** The only resource of its transaction, which is committed in one phase. */
  private static final class OneConnection extends TestXaResource {
    private final Connection connection;

    OneConnection(Connection connection) {
      this.connection = connection;
    }

    @Override
    void commit() throws SQLException {
      connection.commit();
      connection.close();
    }

    @Override
    void rollback() throws SQLException {
      connection.rollback();
      connection.close();
    }
  }
}
