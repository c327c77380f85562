package dev.backstop.it.conformance.unit;

import dev.backstop.it.conformance.TextServlet;
import jakarta.annotation.Resource;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.metamodel.EntityType;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.transaction.UserTransaction;
import java.util.stream.Collectors;

/** Writes a note through the only persistence context, which needs no name, and lists its types. */
@WebServlet("/notes")
public class NoteServlet extends TextServlet {
  @PersistenceContext private EntityManager em;
  @Resource private UserTransaction transaction;

  @Override
  protected String answer(HttpServletRequest request) throws Exception {
    String id = request.getParameter("id");
    transaction.begin();
    em.persist(new Note(id));
    transaction.commit();
    em.clear();
    return em.find(Note.class, id).id()
        + " "
        + em.getMetamodel().getEntities().stream()
            .map(EntityType::getName)
            .sorted()
            .collect(Collectors.joining(","));
  }
}
