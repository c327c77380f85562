package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupUnavailableException;
import dev.backstop.CacheSpec;
import dev.backstop.Durability;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** Who waits for a commit, and who does not. */
class DurabilityTest extends Fixture {
  private final Source source = new Source("v1");

  private BackedCache<String, String> async() {
    return open().cache(spec().durability(Durability.ASYNC));
  }

  private static CacheSpec<String, String> spec() {
    return CacheSpec.of("feeds", String.class, String.class).ttl(TTL);
  }

  @Test
  void sync_returnsOnceItIsCommitted() throws Exception {
    BackedCache<String, String> cache = cache();
    Gate commit = new Gate();
    database.holdNextAnswer("backstop_backup", commit);
    Started<String> get = Threads.start(() -> cache.get("k", source));
    commit.awaitEntered();
    Threads.awaitWaiting(get.thread());
    assertThat(get.isDone()).isFalse();
    commit.open();
    assertThat(get.join()).isEqualTo("v1");
    assertThat(ask("select count(*) from backstop_backup")).isEqualTo("1");
  }

  @Test
  void async_waitsForNoCommit() throws Exception {
    BackedCache<String, String> cache = async();
    Gate commit = new Gate();
    database.holdNextAnswer("backstop_backup", commit);
    assertThat(cache.get("k", source)).isEqualTo("v1");
    commit.awaitEntered(); // the writer is held until the end
    cache.put("put", "v");
    cache.get("loaded", source);
    cache.put("removed", "v");
    cache.remove("removed");
    cache.put("expired", "v");
    cache.expire("expired");
    assertThat(cache.peek("put").orElseThrow().value()).isEqualTo("v");
    assertThat(cache.peek("removed")).isEmpty();
    assertThat(cache.peek("expired")).isEmpty();
    commit.open();
    Eventually.holds(
        () -> rows("blob is not null") == 4 && rows("expired_at >= created_at") == 1,
        "all of it is written");
    assertThat(rows("blob is null")).isEqualTo(1);
    cache.clear();
    assertThat(cache.peek("put")).isEmpty();
  }

  @Test
  void async_saysNothingOfAnOutageAndIsMadeUpFor() throws Exception {
    BackedCache<String, String> cache = async();
    database.refuse();
    cache.put("put", "v");
    cache.remove("removed");
    cache.expire("expired");
    cache.expireCreatedBefore(clock.instant().minusSeconds(60));
    assertThat(cache.get("k", source)).isEqualTo("v1");
    assertThatThrownBy(() -> cache.add("added", "v", TTL))
        .isInstanceOf(BackupUnavailableException.class); // only the table can decide it
    database.restore();
    Eventually.holds(() -> rows("blob is not null") == 2 && rows("blob is null") == 2, "written");
  }

  @Test
  void async_isWrittenByClose() throws Exception {
    BackedCache<String, String> cache = async();
    for (int i = 0; i < 1_000; i++) {
      cache.put("k" + i, "v");
    }
    closeAll();
    assertThat(rows("blob is not null")).isEqualTo(1_000);
  }

  @Test
  void aCacheMaySayOtherwiseThanItsBuilder() throws Exception {
    Backstop backstop = open(builder -> builder.durability(Durability.ASYNC));
    BackedCache<String, String> async = cache(backstop);
    BackedCache<String, String> sync =
        backstop.cache(
            CacheSpec.of("sync", String.class, String.class).durability(Durability.SYNC));
    database.refuse();
    async.put("k", "v");
    assertThatThrownBy(() -> sync.put("k", "v")).isInstanceOf(BackupUnavailableException.class);
  }

  @Test
  void aPutByAnInterruptedThread_isDurableAndKeepsTheFlag() throws Exception {
    BackedCache<String, String> cache = cache();
    Thread.currentThread().interrupt();
    try {
      cache.put("k", "v");
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
    assertThat(rows("blob is not null")).isEqualTo(1);
  }

  private static long rows(String where) {
    try {
      return Long.parseLong(ask("select count(*) from backstop_backup where " + where));
    } catch (SQLException e) {
      throw new AssertionError(where, e);
    }
  }
}
