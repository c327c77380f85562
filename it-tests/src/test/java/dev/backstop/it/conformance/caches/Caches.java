package dev.backstop.it.conformance.caches;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.it.conformance.Settings;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Opens and closes the application's Backstop, by its builder. */
@WebListener
public class Caches implements ServletContextListener {
  private static volatile @Nullable Backstop backstop;

  @Override
  public void contextInitialized(ServletContextEvent event) {
    open();
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    if (backstop != null) {
      backstop.close();
    }
  }

  static void open() {
    backstop =
        Backstop.builder()
            .jdbcUrl(Settings.get("url"))
            .username(Settings.get("username"))
            .password(Settings.get("password"))
            .namespace(Settings.get("namespace"))
            .failFast(true)
            .build();
  }

  static Backstop backstop() {
    return Objects.requireNonNull(backstop);
  }

  static BackedCache<String, Feed> feeds() {
    return backstop().cache(CacheSpec.of("feeds", String.class, Feed.class));
  }
}
