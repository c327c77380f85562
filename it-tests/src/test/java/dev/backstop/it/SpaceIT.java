package dev.backstop.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Codec;
import dev.backstop.GenericType;
import dev.backstop.testing.H2Database;
import dev.backstop.testing.Outcome;
import dev.backstop.testing.Sql;
import dev.backstop.testing.TestDatabase;
import dev.backstop.testing.Threads;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a row costs, measured again and held against docs/sql.md. If it fails, the message is the
 * line that the page should have.
 */
class SpaceIT {
  private static final int THREADS = 64;

  @TempDir Path directory;

  /** Bytes as they are. */
  private static final class Raw implements Codec {
    @Override
    public String id() {
      return "raw";
    }

    @Override
    public int format() {
      return 1;
    }

    @Override
    public <V> byte[] encode(V value, GenericType<V> type) {
      return (byte[]) value;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <V> V decode(byte[] blob, int format, GenericType<V> type) {
      return (V) blob;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "100 B, random, 100, 10000",
    "100 B, JSON, 100, 10000",
    "1 KB, random, 1024, 10000",
    "1 KB, JSON, 1024, 10000",
    "100 KB, random, 102400, 1000",
    "100 KB, JSON, 102400, 1000",
  })
  void aRowCostsWhatThePageSays(String size, String kind, int bytes, int rows) throws Exception {
    boolean isJson = kind.equals("JSON");
    long table;
    long indexes;
    try (PostgresDatabase database = PostgresDatabase.create()) {
      fill(database, rows, bytes, isJson);
      Sql.run(database.dataSource(), "vacuum backstop_backup");
      table = ask(database, "select pg_table_size('backstop_backup')") / rows;
      indexes = ask(database, "select pg_indexes_size('backstop_backup')") / rows;
    }
    H2Database h2 = H2Database.in(directory);
    fill(h2, rows, bytes, isJson);
    Sql.run(h2.dataSource(), "shutdown compact"); // how far it came by itself is chance
    h2.close();
    long file = Files.size(directory.resolve("backups.mv.db")) / rows;

    DocumentedFigures.assertThatThePageSays(
        "sql.md",
        "| " + size + ", " + kind + " |",
        Stream.of(table, indexes, file).map("%,d"::formatted).toList(),
        0,
        0,
        0);
  }

  private static long ask(TestDatabase database, String query) throws Exception {
    return Long.parseLong(Sql.ask(database.dataSource(), query));
  }

  /** Writes rows with keys in no order, as they come in life. */
  private static void fill(TestDatabase database, int rows, int bytes, boolean isJson)
      throws Exception {
    try (Backstop backstop =
        Backstop.builder()
            .jdbcUrl(database.jdbcUrl())
            .username(database.username())
            .password(database.password())
            .backupTimeout(Duration.ofMinutes(1))
            .failFast(true)
            .build()) {
      BackedCache<String, byte[]> cache =
          backstop.cache(
              CacheSpec.of("feeds", String.class, byte[].class).codec(new Raw()).heapEntries(10));
      AtomicInteger next = new AtomicInteger();
      List<Outcome<Integer>> outcomes =
          Threads.together(
              THREADS,
              () -> {
                int row;
                while ((row = next.getAndIncrement()) < rows) {
                  cache.put(key(row), isJson ? json(row, bytes) : random(row, bytes));
                }
                return row;
              });
      assertThat(outcomes).extracting(Outcome::failure).containsOnlyNulls();
    }
    assertThat(ask(database, "select backups from backstop_status")).isEqualTo(rows);
  }

  private static String key(int row) {
    return "https://planet.example/feeds/%08x".formatted(row * 0x9e3779b1);
  }

  private static byte[] random(int row, int bytes) {
    byte[] value = new byte[bytes];
    new Random(row).nextBytes(value);
    return value;
  }

  /** A list of like things, as JSON often is, cut to the length. */
  private static byte[] json(int row, int bytes) {
    Random random = new Random(row);
    StringBuilder text = new StringBuilder("[");
    while (text.length() < bytes) {
      text.append("{\"id\":").append(random.nextInt(1_000_000));
      text.append(",\"title\":\"Planet ").append(Integer.toString(random.nextInt(), 36));
      text.append("\",\"at\":\"2026-01-15T10:00:00Z\",\"tags\":[\"java\",\"cache\"]},");
    }
    return text.substring(0, bytes).getBytes(StandardCharsets.UTF_8);
  }
}
