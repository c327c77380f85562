package dev.backstop.it.conformance.transactions;

import dev.backstop.BackedCache;
import dev.backstop.cdi.CacheName;
import dev.backstop.it.conformance.Jndi;
import dev.backstop.it.conformance.Settings;
import dev.backstop.it.conformance.TextServlet;
import dev.backstop.it.conformance.caches.Feed;
import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.transaction.Status;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * Writes a row of its own in a transaction, uses the cache in the middle of it, ends it, and says
 * what came of the cache, and the transaction's status before and after that.
 */
@WebServlet("/transaction")
public class TransactionServlet extends TextServlet {
  @Resource private UserTransaction transaction;

  @Inject
  @CacheName("feeds")
  private BackedCache<String, Feed> feeds;

  @Override
  public void init() throws ServletException {
    try (Connection connection = pool().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create table if not exists caller (id varchar(100) primary key)");
    } catch (SQLException e) {
      throw new ServletException(e);
    }
  }

  @Override
  protected String answer(HttpServletRequest request) throws Exception {
    if (request.getParameter("look") != null) {
      return seen(request.getParameter("look"));
    }
    List<Connection> held = new ArrayList<>();
    try {
      for (int i = Integer.parseInt(request.getParameter("hold")); i > 0; i--) {
        held.add(elsewhere());
      }
      transaction.begin();
      try {
        return inTransaction(request);
      } finally {
        if (request.getParameter("end").equals("commit")) {
          transaction.commit();
        } else {
          transaction.rollback();
        }
      }
    } finally {
      for (Connection each : held) {
        each.close();
      }
    }
  }

  private String inTransaction(HttpServletRequest request) throws Exception {
    String first = request.getParameter("first");
    String id = request.getParameter("id");
    try (Connection connection = pool().getConnection()) {
      prepare(first, connection, id);
      String before = status();
      String cached = use(request.getParameter("cache"), id);
      String after = status();
      if (first.equals("insert")) { // the connection goes on, too
        insert(connection, id + ", again");
      }
      return before + ", " + cached + ", " + after;
    }
  }

  /** A connection of another thread's: one of this thread's may join its transaction. */
  private static Connection elsewhere() throws Exception {
    return elsewhere(pool()::getConnection);
  }

  /** What another thread says, which is in no transaction. */
  private static <T> T elsewhere(Callable<T> call) throws Exception {
    FutureTask<T> task = new FutureTask<>(call);
    new Thread(task, "holder").start();
    return task.get(10, TimeUnit.SECONDS);
  }

  private static DataSource pool() {
    return Jndi.dataSource(Settings.get("callers-pool"));
  }

  private void prepare(String first, Connection connection, String id) throws Exception {
    switch (first) {
      case "insert" -> insert(connection, id);
      case "insert, mark" -> {
        insert(connection, id);
        transaction.setRollbackOnly();
      }
      case "insert, fail" -> {
        insert(connection, id);
        try (Statement statement = connection.createStatement()) {
          statement.execute("select no_such_column from caller");
          throw new IllegalStateException("That is no failed statement");
        } catch (SQLException expected) {
          // The transaction goes on, and on PostgreSQL refuses whatever comes.
        }
      }
      case "read only" -> {
        try (Statement statement = connection.createStatement()) {
          statement.execute("set transaction read only");
        }
      }
      default -> throw new IllegalArgumentException(first);
    }
  }

  private String seen(String key) {
    return feeds.peek(key).map(entry -> entry.value().title()).orElse("nothing");
  }

  private String use(String how, String key) throws Exception {
    switch (how) {
      case "load":
        return Feed.get(feeds, key, "News");
      case "stand in":
        return Feed.get(feeds, key, null);
      case "put":
        feeds.put(key, Feed.of("News"));
        return "put";
      case "put, see":
        feeds.put(key, Feed.of("News"));
        return seen(key) + ", others " + elsewhere(() -> seen(key));
      case "remove, reload":
        feeds.remove(key);
        return seen(key) + ", others " + elsewhere(() -> Feed.get(feeds, key, "Old"));
      case "dirty load":
        feeds.expire(key + ", list");
        return Feed.get(feeds, key, "Uncommitted") + ", others " + elsewhere(() -> seen(key));
      default:
        throw new IllegalArgumentException(how);
    }
  }

  private static void insert(Connection connection, String id) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("insert into caller (id) values (?)")) {
      insert.setString(1, id);
      insert.executeUpdate();
    }
  }

  private String status() throws Exception {
    return switch (transaction.getStatus()) {
      case Status.STATUS_ACTIVE -> "active";
      case Status.STATUS_MARKED_ROLLBACK -> "marked";
      default -> "status " + transaction.getStatus();
    };
  }
}
