package dev.backstop.it.conformance.annotated;

import dev.backstop.BackedCache;
import dev.backstop.cdi.CacheName;
import dev.backstop.it.conformance.TextServlet;
import dev.backstop.it.conformance.caches.Feed;
import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Calls the methods of {@link AnnotatedFeeds}, and says what they returned. */
@WebServlet("/annotated")
public class AnnotatedServlet extends TextServlet {
  @Resource private UserTransaction transaction;
  @Inject private AnnotatedFeeds annotated;

  @Inject
  @CacheName("feeds")
  private BackedCache<String, Feed> feeds;

  @Override
  public void init() throws ServletException {
    try (Connection connection = AnnotatedFeeds.pool().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create table if not exists caller (id varchar(100) primary key)");
    } catch (SQLException e) {
      throw new ServletException(e);
    }
  }

  @Override
  protected String answer(HttpServletRequest request) throws Exception {
    String id = request.getParameter("id");
    String how = request.getParameter("do");
    switch (how) {
      case "read":
        return annotated.read(id, request.getParameter("title")).title();
      case "change":
        annotated.change(id);
        return isFresh(id);
      case "change, commit":
        return change(id, true);
      case "change, roll back":
        return change(id, false);
      case "standard":
        return annotated.standard(id);
      default:
        throw new IllegalArgumentException(how);
    }
  }

  /** Says whether it is fresh before the end and after it; the transaction sees its own change. */
  private String change(String id, boolean commits) throws Exception {
    transaction.begin();
    String before;
    try {
      annotated.change(id);
      before = isFresh(id);
    } finally {
      if (commits) {
        transaction.commit();
      } else {
        transaction.rollback();
      }
    }
    return before + ", " + isFresh(id);
  }

  private String isFresh(String id) {
    return feeds.contains(id) ? "fresh" : "stale";
  }
}
