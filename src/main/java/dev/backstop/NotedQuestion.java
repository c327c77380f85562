package dev.backstop;

import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;

/** Asks for notes by an EntityManager, which flushes before: SQL, as notes are no entities. */
record NotedQuestion(EntityManager em, List<String> entities) implements Changes.Question {
  @Override
  public boolean ask(Instant stamp) {
    Query query = em.createNativeQuery(toString());
    for (int i = 0; i < entities.size(); i++) {
      query.setParameter(i + 1, entities.get(i));
    }
    query.setParameter(entities.size() + 1, stamp.atOffset(ZoneOffset.UTC));
    return Rows.tellOfChange(query.setMaxResults(Rows.ENOUGH).getResultList());
  }

  @Override
  public String toString() {
    return Changes.NOTED.formatted(
        String.join(", ", Collections.nCopies(entities.size(), "?")), "?");
  }
}
