package dev.backstop.examples.projectmanager;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityTransaction;
import jakarta.persistence.LockTimeoutException;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PessimisticLockException;
import jakarta.persistence.RollbackException;
import java.util.function.Supplier;

/** One change of the company's database: all of it, or nothing. */
final class Transactions {
  private Transactions() {}

  /**
   * @throws StaleForm if somebody else has changed the same meanwhile
   */
  static <T> T call(EntityManager em, Supplier<T> change) {
    EntityTransaction transaction = em.getTransaction();
    transaction.begin();
    try {
      T result = change.get();
      transaction.commit();
      return result;
    } catch (OptimisticLockException | PessimisticLockException | LockTimeoutException e) {
      throw new StaleForm(e);
    } catch (RollbackException e) {
      throw e.getCause() instanceof OptimisticLockException ? new StaleForm(e) : e;
    } finally {
      if (transaction.isActive()) {
        transaction.rollback();
      }
      em.clear(); // what was changed in vain must not be shown
    }
  }
}
