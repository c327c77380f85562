package dev.backstop.backup;

import dev.backstop.Validators;
import dev.backstop.clock.Micros;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads rows by Jakarta Persistence. */
final class RowReader {
  private static final String COLUMNS =
      "select b.createdAt, b.expiresAt, b.expiredAt, b.blob, b.codec, b.format, b.typeFingerprint,"
          + " c.expiredBefore, c.clearedBefore, b.lastAccess, b.etag, b.lastModified, b.fingerprint";
  private static final String OF_A_CACHE =
      " from BackupEntity b left join CacheEntity c on c.cacheName = b.cacheName"
          + " where b.cacheName = :cache and b.cacheKey";
  private static final String FIND = COLUMNS + OF_A_CACHE + " = :key";
  private static final String FIND_ALL = COLUMNS + ", b.cacheKey" + OF_A_CACHE + " in :keys";
  private static final String FIND_BARRIER =
      "select c.expiredBefore, c.clearedBefore from CacheEntity c where c.cacheName = :cache";

  private final EntityManagerFactory entityManagers;

  RowReader(EntityManagerFactory entityManagers) {
    this.entityManagers = entityManagers;
  }

  /**
   * Reads a row and its cache's barriers, in one statement. Where there is no row, another one
   * reads the barriers if they matter then.
   */
  Found find(RowKey key, boolean barriersWithoutRow) {
    try (EntityManager entityManager = entityManagers.createEntityManager()) {
      List<Object[]> rows =
          entityManager
              .createQuery(FIND, Object[].class)
              .setParameter("cache", key.cache())
              .setParameter("key", key.key())
              .getResultList();
      if (!rows.isEmpty()) {
        return found(rows.get(0));
      }
      return barriersWithoutRow
          ? new Found(Backup.NONE, barrier(entityManager, key.cache()), null)
          : Found.NOTHING;
    }
  }

  /** The same for many keys of one cache; those without a row are found as such. */
  Map<String, Found> findAll(String cache, List<String> keys, boolean barriersWithoutRow) {
    try (EntityManager entityManager = entityManagers.createEntityManager()) {
      List<Object[]> rows =
          entityManager
              .createQuery(FIND_ALL, Object[].class)
              .setParameter("cache", cache)
              .setParameter("keys", keys)
              .getResultList();
      Map<String, Found> found = new HashMap<>();
      Barrier barrier = Barrier.NONE;
      for (Object[] row : rows) {
        Found one = found(row);
        found.put((String) row[13], one);
        barrier = one.barrier(); // the same in each row
      }
      if (rows.isEmpty() && barriersWithoutRow) {
        barrier = barrier(entityManager, cache);
      }
      Found none = new Found(Backup.NONE, barrier, null);
      keys.forEach(key -> found.putIfAbsent(key, none));
      return found;
    }
  }

  private static Barrier barrier(EntityManager entityManager, String cache) {
    List<Object[]> rows =
        entityManager
            .createQuery(FIND_BARRIER, Object[].class)
            .setParameter("cache", cache)
            .getResultList();
    return rows.isEmpty() ? Barrier.NONE : barrier(rows.get(0)[0], rows.get(0)[1]);
  }

  private static Barrier barrier(@Nullable Object expired, @Nullable Object cleared) {
    return new Barrier(micros(expired), micros(cleared));
  }

  private static Found found(@Nullable Object[] row) {
    byte[] bytes = (byte[]) row[3];
    Integer format = (Integer) row[5];
    Blob blob =
        bytes == null || row[4] == null || format == null
            ? null
            : new Blob(bytes, (String) row[4], format, String.valueOf(row[6]));
    Validators validators = new Validators((String) row[10], (Instant) row[11], (String) row[12]);
    Backup backup =
        new Backup(
            micros(row[0]), micros(row[1]), micros(row[2]), micros(row[9]), blob, validators);
    return new Found(backup, barrier(row[7], row[8]), null);
  }

  private static long micros(@Nullable Object instant) {
    return instant == null ? Long.MIN_VALUE : Micros.of((Instant) instant);
  }
}
