package dev.backstop;

import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;

/** Asks by Jakarta Persistence. */
record JpqlQuestion(EntityManager em, String text, Map<String, ?> parameters)
    implements Changes.Question {
  @Override
  public boolean ask(Instant stamp) {
    Query query = em.createQuery(text);
    query.setParameter("stamp", StampType.of(type(query), stamp));
    parameters.forEach(query::setParameter);
    return Rows.tellOfChange(query.setMaxResults(Rows.ENOUGH).getResultList());
  }

  /** What the provider says; of a parameter within an expression it may know nothing. */
  private static Class<?> type(Query query) {
    Class<?> type = query.getParameter("stamp").getParameterType();
    return type == null || type == Object.class ? OffsetDateTime.class : type;
  }

  @Override
  public String toString() {
    return text;
  }
}
