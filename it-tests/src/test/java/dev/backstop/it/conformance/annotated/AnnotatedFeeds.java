package dev.backstop.it.conformance.annotated;

import dev.backstop.annotation.Backed;
import dev.backstop.annotation.CacheKey;
import dev.backstop.annotation.Expires;
import dev.backstop.it.conformance.Jndi;
import dev.backstop.it.conformance.Settings;
import dev.backstop.it.conformance.caches.Feed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.annotation.CacheResult;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Loads and changes in transactions of its own, with a row for each call. */
@ApplicationScoped
public class AnnotatedFeeds {
  private final AtomicInteger calls = new AtomicInteger();

  /** From a source that has that title, or is down. */
  @Backed(cache = "feeds", ttl = "PT5M")
  @Transactional
  public Feed read(@CacheKey String id, @Nullable String title) throws SQLException {
    insert(id);
    if (title == null) {
      throw new IllegalStateException("the source is down");
    }
    return Feed.of(title);
  }

  /** Changes the source. */
  @Expires(cache = "feeds")
  @Transactional
  public void change(String id) throws SQLException {
    insert(id);
  }

  /** Which call it was that loaded it. */
  @CacheResult(cacheName = "standard")
  public String standard(String id) {
    return "call " + calls.incrementAndGet() + " for " + id;
  }

  private void insert(String id) throws SQLException {
    try (Connection connection = pool().getConnection();
        PreparedStatement insert =
            connection.prepareStatement("insert into caller (id) values (?)")) {
      insert.setString(1, id + ", call " + calls.incrementAndGet());
      insert.executeUpdate();
    }
  }

  static DataSource pool() {
    return Jndi.dataSource(Settings.get("callers-pool"));
  }
}
