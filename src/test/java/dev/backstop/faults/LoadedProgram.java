package dev.backstop.faults;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import java.io.IOException;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.UUID;
import java.util.concurrent.Callable;

/** What ClassLoaderTest does within a class loader. */
public final class LoadedProgram implements Callable<String> {
  /** A value, of that class loader. */
  public record Feed(String title) {}

  /** For who looks for it by its name. */
  public LoadedProgram() {}

  @Override
  public String call() throws IOException, SQLException {
    String answers;
    try (Backstop backstop =
        Backstop.builder()
            .jdbcUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1")
            .backupTimeout(Duration.ofSeconds(20))
            .build()) {
      BackedCache<String, Feed> cache =
          backstop.cache(
              CacheSpec.of("feeds", String.class, Feed.class)
                  .ttl(Duration.ofHours(1))
                  .offHeapBytes(1 << 20));
      String loaded = cache.get("k", () -> new Feed("v1")).title();
      cache.expire("k");
      Feed stoodIn =
          cache.get(
              "k",
              () -> {
                throw new IOException("down");
              });
      answers = loaded + ", " + stoodIn.title();
      backstop.cullNow();
    }
    for (Driver driver : Collections.list(DriverManager.getDrivers())) {
      DriverManager.deregisterDriver(driver); // as whoever brought it has to
    }
    return answers;
  }
}
