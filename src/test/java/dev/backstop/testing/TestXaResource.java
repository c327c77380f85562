package dev.backstop.testing;

import java.sql.SQLException;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** Takes part in a transaction, and does what its end means. */
public abstract class TestXaResource implements XAResource {
  /** The transaction is committed. */
  abstract void commit() throws SQLException, XAException;

  /** The transaction is rolled back. */
  abstract void rollback() throws SQLException, XAException;

  @Override
  public final void commit(Xid xid, boolean onePhase) throws XAException {
    try {
      commit();
    } catch (SQLException failure) {
      throw failed(failure);
    }
  }

  @Override
  public final void rollback(Xid xid) throws XAException {
    try {
      rollback();
    } catch (SQLException failure) {
      throw failed(failure);
    }
  }

  private static XAException failed(SQLException failure) {
    XAException thrown = new XAException(XAException.XAER_RMERR);
    thrown.initCause(failure);
    return thrown;
  }

  @Override
  public final int prepare(Xid xid) {
    return XA_OK;
  }

  @Override
  public final void start(Xid xid, int flags) {}

  @Override
  public final void end(Xid xid, int flags) {}

  @Override
  public final void forget(Xid xid) {}

  @Override
  public final Xid[] recover(int flag) {
    return new Xid[0];
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // that very one
  public final boolean isSameRM(XAResource other) {
    return other == this;
  }

  @Override
  public final int getTransactionTimeout() {
    return 0;
  }

  @Override
  public final boolean setTransactionTimeout(int seconds) {
    return false;
  }

  /** One whose commit ends in that way, and of which nobody knows more. */
  public static TestXaResource heuristic(int error) {
    return new TestXaResource() {
      @Override
      void commit() throws XAException {
        throw new XAException(error);
      }

      @Override
      void rollback() {}
    };
  }
}
