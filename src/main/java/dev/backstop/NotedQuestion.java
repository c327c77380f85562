package dev.backstop;

import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks for notes by an EntityManager, which flushes before: SQL, as notes are no entities.
 *
 * @param ids null if all are meant
 */
record NotedQuestion(EntityManager em, List<String> entities, @Nullable List<String> ids)
    implements Changes.Question {
  @Override
  public boolean ask(Instant stamp) {
    OffsetDateTime since = stamp.atOffset(ZoneOffset.UTC);
    List<Object> parameters = new ArrayList<>(entities);
    if (ids != null) {
      parameters.addAll(ids);
    }
    parameters.add(since);
    parameters.add(since);
    Query query = em.createNativeQuery(toString());
    for (int i = 0; i < parameters.size(); i++) {
      query.setParameter(i + 1, parameters.get(i));
    }
    return Rows.tellOfChange(query.setMaxResults(Rows.ENOUGH).getResultList());
  }

  @Override
  public String toString() {
    String ofIds = ids == null ? "" : Changes.OF_IDS.formatted(marks(ids));
    return Changes.NOTED.formatted(marks(entities), ofIds, "?");
  }

  /** A null where there is nothing: it equals nothing. */
  private static String marks(List<String> values) {
    return values.isEmpty() ? "null" : String.join(", ", Collections.nCopies(values.size(), "?"));
  }
}
