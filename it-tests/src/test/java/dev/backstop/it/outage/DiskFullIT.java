package dev.backstop.it.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Sql;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.logging.Level;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk of the table is full, really. What follows from it is also in RefusedWritesIT. */
class DiskFullIT extends OutageFixture {
  private static final int MEGABYTE = 1024 * 1024;

  @TempDir private Path folder;

  @Test
  void whatIsThereStandsIn_andTheRestIsMadeUpForOnceThereIsRoom() throws Exception {
    SmallDiskServer server = closing(new SmallDiskServer(folder));
    DataSource disk = server.dataSource();
    String url = server.dataSource().getURL();
    try (Backstop before = open(Way.JDBC_URL, url)) {
      cache(before).put("seed-0", "backup 0");
      cache(before).put("seed-1", "backup 1");
    }
    Sql.run(
        disk,
        "alter table backstop_backup set tablespace small",
        "create table ballast (b text) tablespace small",
        "alter table ballast alter b set storage plain");
    BackedCache<String, String> cache = cache(open(Way.JDBC_URL, url));
    cache.put("small", "put");
    assertThat(fill(disk)).isEqualTo("53100");
    String big = "v".repeat(MEGABYTE); // compresses to more than a page holds
    assertUnavailable(() -> cache.put("big", big));
    assertThat(cache.get("big", () -> "loaded")).isEqualTo(big);
    assertStandsIn(cache);
    assertThat(logged.messages(Level.WARNING))
        .singleElement()
        .asString()
        .startsWith("Backups can't be written")
        .contains("No space left on device");
    Sql.run(disk, "drop table ballast");
    Eventually.holds(() -> !logged.messages(Level.INFO).isEmpty(), "backups are back");
    assertOneOutage();
    assertStandsIn(cache);
    assertThat(Sql.ask(disk, "select blob_bytes from backstop_backup where cache_key = 'big'"))
        .isEqualTo("" + (MEGABYTE + 2)); // JSON has quotes around it
  }

  private static String fill(DataSource disk) {
    return catchThrowableOfType(
            SQLException.class,
            () -> {
              for (int i = 0; i < 1_000; i++) {
                Sql.run(disk, "insert into ballast values (repeat('b', 7000))");
              }
            })
        .getSQLState();
  }
}
