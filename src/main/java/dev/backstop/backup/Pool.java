package dev.backstop.backup;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.BackstopConfig;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A HikariCP pool of our own, with a bound on everything that a caller could wait for. */
final class Pool {
  private Pool() {}

  static HikariDataSource open(String jdbcUrl, BackstopConfig config) {
    HikariConfig hikari = new HikariConfig();
    hikari.setPoolName("backstop");
    hikari.setThreadFactory(config.threadsInAnyCase("pool"));
    hikari.setJdbcUrl(durable(jdbcUrl));
    String driver = driver(jdbcUrl);
    if (driver != null) {
      hikari.setDriverClassName(driver);
    }
    hikari.setUsername(config.username());
    hikari.setPassword(config.password());
    hikari.setMaximumPoolSize(config.poolSize() + (config.heardWithin() == null ? 0 : 1));
    Duration timeout = config.backupTimeout();
    hikari.setConnectionTimeout(timeout.toMillis());
    hikari.setValidationTimeout(timeout.toMillis());
    hikari.setInitializationFailTimeout(-1); // the database may come later
    // Hikari asks for what it is not told, once: if that connection breaks, no other ever works.
    hikari.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    if (jdbcUrl.startsWith("jdbc:postgresql:")) {
      String seconds = Long.toString(Math.max(1, timeout.plusMillis(999).toSeconds()));
      hikari.addDataSourceProperty("connectTimeout", seconds);
      hikari.addDataSourceProperty("loginTimeout", seconds);
      hikari.addDataSourceProperty("socketTimeout", seconds);
      hikari.addDataSourceProperty("tcpKeepAlive", "true");
      hikari.addDataSourceProperty("ApplicationName", "backstop");
    }
    return new HikariDataSource(hikari);
  }

  /**
   * Has a pool of HikariCP, ours or one that was given, forget its connections: those in use when
   * they come back. Any of them may be out of step with its server, which no pool looks for.
   */
  static void evict(DataSource dataSource) {
    try {
      if (dataSource.isWrapperFor(HikariDataSource.class)) {
        dataSource.unwrap(HikariDataSource.class).getHikariPoolMXBean().softEvictConnections();
      }
    } catch (SQLException | RuntimeException unknown) {
      // Then its own checks have to find it, or the bound of each read.
    }
  }

  /**
   * By name: the JDK's DriverManager looks for drivers once, and so not in the applications that
   * come to a server later.
   */
  private static @Nullable String driver(String jdbcUrl) {
    if (jdbcUrl.startsWith("jdbc:h2:")) {
      return "org.h2.Driver";
    }
    return jdbcUrl.startsWith("jdbc:postgresql:") ? "org.postgresql.Driver" : null;
  }

  /**
   * By default H2 loses the last half second of acknowledged commits when its process is killed. A
   * database on a server is left as its administrators have it: another user who brings such a
   * setting is refused.
   */
  static String durable(String jdbcUrl) {
    if (!isInThisProcess(jdbcUrl)) {
      return jdbcUrl;
    }
    String upper = jdbcUrl.toUpperCase(Locale.ROOT);
    return jdbcUrl
        + (upper.contains(";WRITE_DELAY=") ? "" : ";WRITE_DELAY=0")
        + (upper.contains(";DB_CLOSE_ON_EXIT=") ? "" : ";DB_CLOSE_ON_EXIT=FALSE");
  }

  /**
   * Whether that is an H2 without a server, in memory or in files; a URL that is not given is none.
   */
  static boolean isInThisProcess(@Nullable String jdbcUrl) {
    return jdbcUrl != null
        && jdbcUrl.startsWith("jdbc:h2:")
        && !jdbcUrl.startsWith("jdbc:h2:tcp:")
        && !jdbcUrl.startsWith("jdbc:h2:ssl:");
  }
}
