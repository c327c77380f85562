package dev.backstop.backup;

import dev.backstop.clock.Micros;
import java.util.List;

/**
 * Rows that are to go.
 *
 * @param within where the windows of the index end, or which cache they are in
 * @param name the namespace or the cache
 * @param own the parameters that this kind has of its own
 */
record Doomed(CullSql sql, Object within, String name, List<Object> own) {
  static Doomed idle(String namespace, long now, long lastAccessBefore, long expiredBefore) {
    return new Doomed(
        CullSql.IDLE,
        Micros.utc(now),
        namespace,
        List.of(Micros.utc(lastAccessBefore), Micros.utc(expiredBefore)));
  }

  static Doomed tombstones(String namespace, long expiredBefore) {
    return new Doomed(CullSql.TOMBSTONES, Micros.utc(expiredBefore), namespace, List.of());
  }

  static Doomed cleared(String cache, long before) {
    return new Doomed(CullSql.CLEARED, cache, cache, List.of(Micros.utc(before)));
  }

  static Doomed excess(String cache, Excess.Last last, long expiredBefore) {
    return new Doomed(
        CullSql.EXCESS,
        cache,
        cache,
        List.of(last.accessedAt(), last.key(), Micros.utc(expiredBefore)));
  }
}
