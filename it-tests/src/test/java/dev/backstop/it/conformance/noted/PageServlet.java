package dev.backstop.it.conformance.noted;

import dev.backstop.BackedCache;
import dev.backstop.Changes;
import dev.backstop.Entry;
import dev.backstop.Policy;
import dev.backstop.cdi.CacheName;
import dev.backstop.it.conformance.Jndi;
import dev.backstop.it.conformance.Settings;
import dev.backstop.it.conformance.TextServlet;
import dev.backstop.it.conformance.caches.Feed;
import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;

/** Changes pages, and says where a cache that asks for notes has its entry from. */
@WebServlet("/pages")
public class PageServlet extends TextServlet {
  @PersistenceContext private EntityManager em;
  @Resource private UserTransaction transaction;

  @Inject
  @CacheName("feeds")
  private BackedCache<String, Feed> feeds;

  @Override
  public void init() throws ServletException {
    try (Connection connection = pool().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "create table if not exists backstop_change (id bigint generated always as identity"
              + " primary key, entity varchar(255) not null, entity_id varchar(255), changed_at"
              + " timestamp(6) with time zone default current_timestamp not null)");
    } catch (SQLException e) {
      throw new ServletException(e);
    }
  }

  @Override
  protected String answer(HttpServletRequest request) throws Exception {
    String id = request.getParameter("id");
    switch (request.getParameter("do")) {
      case "get":
        return entry(id).origin().name();
      case "commit":
        change(id);
        transaction.commit();
        return "committed";
      case "roll back":
        change(id);
        String dirty = entry(id + ", dirty").origin().name();
        transaction.rollback();
        return dirty + ", then " + entry(id + ", dirty").origin();
      default:
        throw new IllegalArgumentException(request.getParameter("do"));
    }
  }

  private void change(String id) throws Exception {
    transaction.begin();
    Page page = em.find(Page.class, id);
    if (page == null) {
      em.persist(new Page(id));
    } else {
      page.setTitle("newer");
    }
    em.flush();
  }

  private Entry<Feed> entry(String key) throws Exception {
    Changes noted = Changes.noted(pool(), Page.class).overlap(Duration.ZERO);
    return feeds.entry(key, () -> Feed.of("News"), Policy.unset().changedSince(noted));
  }

  private static DataSource pool() {
    return Jndi.dataSource(Settings.get("callers-pool"));
  }
}
