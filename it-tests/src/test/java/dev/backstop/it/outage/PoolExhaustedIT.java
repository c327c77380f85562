package dev.backstop.it.outage;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The application holds the only connection of the pool that it gave. */
class PoolExhaustedIT extends OutageFixture {
  @Test
  void aRead_isWaitedForByOneCaller() throws Exception {
    HikariDataSource pool = pool(1, database.jdbcUrl());
    BackedCache<String, String> cache = open(pool);
    assertStandsIn(cache);
    try (Connection held = pool.getConnection()) {
      assertOwnException(cache);
      assertThat(waitedWhileOut(cache)).isZero();
      assertThat(held.isValid(1)).isTrue();
    }
    awaitLoads();
    assertOneOutage();
    assertStandsIn(cache);
  }

  @Test
  void aWrite_isWaitedForByOneCaller() throws Exception {
    HikariDataSource pool = pool(1, database.jdbcUrl());
    BackedCache<String, String> cache = open(pool);
    assertThat(waitedOfLoads(cache)).isZero();
    try (Connection held = pool.getConnection()) {
      assertThat(waitedOfLoads(cache)).isEqualTo(1);
      assertThat(waitedWhileOut(cache)).isZero();
      assertThat(held.isValid(1)).isTrue();
    }
    awaitLoads();
    assertOneOutage();
    assertStandsIn(cache);
  }

  @Test
  void anAdd_isWaitedForByOneCaller() throws Exception {
    HikariDataSource pool = pool(1, database.jdbcUrl());
    BackedCache<String, String> cache = open(pool);
    assertThat(cache.add("before", "added", Duration.ofMinutes(1))).isTrue();
    try (Connection held = pool.getConnection()) {
      int waited = 0;
      for (int i = 0; i < 5; i++) {
        long began = System.nanoTime();
        assertUnavailable(() -> cache.add("k", "never", Duration.ofMinutes(1)));
        waited += hasWaitedSince(began) ? 1 : 0;
      }
      assertThat(waited).isEqualTo(1);
      assertThat(held.isValid(1)).isTrue();
    }
    assertOneOutage();
    assertThat(cache.add("after", "added", Duration.ofMinutes(1))).isTrue();
  }

  private BackedCache<String, String> open(HikariDataSource pool) {
    return cache(
        closing(Backstop.builder().dataSource(pool).migrate(false).backupTimeout(BOUND).build()));
  }
}
