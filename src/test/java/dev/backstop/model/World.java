package dev.backstop.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupUnavailableException;
import dev.backstop.CacheSpec;
import dev.backstop.CacheTransaction;
import dev.backstop.testing.CountingDataSource;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.FakeClock;
import dev.backstop.testing.H2Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Two Backstops on one table, as the sequences find them. Sequences share it, because it takes long
 * to open: each has keys of its own, and begins after all stamps of the one before.
 */
final class World implements AutoCloseable {
  static final long IDLE = 90_000;
  static final long TOMBSTONE_FOR = 70_000;
  private static final long BETWEEN_SEQUENCES = 240_000;

  /** Kinds of caches, which must all answer alike, but for what a full heap has lost. */
  enum Kind {
    SHARED(0, false),
    COPIED(0, false),
    FULL_HEAP(0, true),
    TWO_TIERS(1, false),
    THREE_TIERS(2, false),
    THREE_TIERS_AND_A_FULL_HEAP(2, true);

    final int tiers;
    final boolean mayEvict;

    Kind(int tiers, boolean mayEvict) {
      this.tiers = tiers;
      this.mayEvict = mayEvict;
    }

    private CacheSpec<String, String> spec(List<TestTier> all) {
      CacheSpec<String, String> spec =
          CacheSpec.of(name(), String.class, String.class)
              .ttl(Duration.ofMillis(Terms.TTL))
              .heapEntries(mayEvict ? 1 : 1_000_000)
              .tiers(all.subList(0, tiers).toArray(TestTier[]::new));
      return this == COPIED ? spec.copied() : spec;
    }
  }

  private final FakeClock clock = new FakeClock();
  private final H2Database database = H2Database.inMemory();
  private final @Nullable CountingDataSource faults;
  private final HikariDataSource pool;
  private final List<List<TestTier>> tiers = List.of(newTiers(), newTiers());
  private final Backstop[] nodes;
  private final List<Map<Kind, BackedCache<String, String>>> caches = new ArrayList<>();
  private final Connection connection;
  private long now = FakeClock.START.toEpochMilli();
  private int sequences;

  /** Opens it; {@code mayFail} if its database is to be out at times. */
  World(boolean mayFail) throws SQLException {
    faults = mayFail ? new CountingDataSource(database.dataSource()) : null;
    pool = pool(mayFail ? faults : database.dataSource());
    nodes = new Backstop[] {open(), open()};
    caches.add(caches(0));
    caches.add(caches(1));
    connection = database.dataSource().getConnection();
  }

  private static List<TestTier> newTiers() {
    return List.of(new TestTier("upper"), new TestTier("lower"));
  }

  private static HikariDataSource pool(DataSource database) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(database);
    config.setConnectionTimeout(500);
    config.setMaximumPoolSize(8);
    return new HikariDataSource(config);
  }

  private Backstop open() {
    return Backstop.builder()
        .clock(clock)
        .executor(Runnable::run) // what is done on the side is done when a call returns
        .dataSource(pool)
        .backupTimeout(Duration.ofSeconds(5))
        .cullIdleAfter(Duration.ofMillis(IDLE))
        .cullEvery(Duration.ofDays(1_000))
        .tombstoneFor(Duration.ofMillis(TOMBSTONE_FOR))
        .build();
  }

  private Map<Kind, BackedCache<String, String>> caches(int node) {
    Map<Kind, BackedCache<String, String>> caches = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      caches.put(kind, nodes[node].cache(kind.spec(tiers.get(node))));
    }
    return caches;
  }

  /** Begins a sequence: gives it a name, and a time in which nothing was ended and nobody away. */
  String begin() throws SQLException {
    tick(BETWEEN_SEQUENCES);
    try (PreparedStatement beat =
        connection.prepareStatement(
            "update backstop_cache set alive_at = ?, expired_before = null, cleared_before = null")) {
      beat.setObject(1, Instant.ofEpochMilli(now).atOffset(ZoneOffset.UTC));
      beat.executeUpdate();
    }
    return "s" + sequences++ + "-";
  }

  /** Ends a sequence: nothing of it stays in the table or in a tier. */
  void end(String prefix, int keys) throws SQLException {
    tiers.forEach(ofNode -> ofNode.forEach(TestTier::empty));
    try (PreparedStatement delete =
        connection.prepareStatement("delete from backstop_backup where cache_key = ?")) {
      for (int key = 0; key < keys; key++) {
        delete.setString(1, prefix + key);
        delete.addBatch();
      }
      delete.executeBatch();
    }
  }

  /** Moves the time on, by a millisecond at least, and returns it. */
  long tick(long millis) {
    now += 1 + millis;
    clock.set(Instant.ofEpochMilli(now));
    return now;
  }

  BackedCache<String, String> cache(int node, Kind kind) {
    return caches.get(node).get(kind);
  }

  TestTier tier(int node, int depth) {
    return tiers.get(node).get(depth);
  }

  CacheTransaction transaction(int node) {
    return nodes[node].transaction();
  }

  void cull(int node) {
    nodes[node].cullNow();
  }

  void restart(int node) {
    nodes[node].close();
    nodes[node] = open();
    caches.set(node, caches(node));
  }

  /** The database is out. */
  void refuse() {
    faults.forgetStatements();
    faults.refuse();
  }

  /** The database is back, and has what was queued. */
  void restore() {
    faults.restore();
    for (int node = 0; node < 2; node++) {
      BackedCache<String, String> cache = cache(node, Kind.SHARED);
      Eventually.holds(() -> isDurable(cache), "the database takes writes");
      cache.put("probe", "v"); // what it took with the one before is told to all who wait
    }
  }

  private static boolean isDurable(BackedCache<String, String> cache) {
    try {
      cache.put("probe", "v");
      return true;
    } catch (BackupUnavailableException notYet) {
      return false;
    }
  }

  /** What the table holds. */
  @Nullable Row row(Kind kind, String key) {
    try {
      return read(kind, key);
    } catch (SQLException e) {
      throw new AssertionError("Its own connection can always read", e);
    }
  }

  private @Nullable Row read(Kind kind, String key) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "select blob, created_at, expires_at, expired_at, fingerprint from backstop_backup"
                + " where cache_name = ? and cache_key = ?")) {
      select.setString(1, kind.name());
      select.setString(2, key);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return null;
        }
        byte[] blob = row.getBytes(1);
        return new Row(
            blob == null ? null : new String(blob, UTF_8).replace("\"", ""), // it is JSON
            millis(row, 2),
            millis(row, 3),
            millis(row, 4),
            blob == null ? null : row.getString(5)); // a tombstone may keep what is said of it
      }
    }
  }

  private static long millis(ResultSet row, int column) throws SQLException {
    OffsetDateTime moment = row.getObject(column, OffsetDateTime.class);
    return moment == null ? Row.NEVER : moment.toInstant().toEpochMilli();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
    nodes[0].close();
    nodes[1].close();
    pool.close();
    database.close();
  }
}
