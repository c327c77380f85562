package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.backstop.BackedCache;
import dev.backstop.BackupReads;
import dev.backstop.Policy;
import dev.backstop.testing.Eventually;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the database is asked: pinned counts. The clock is injected, so no sample is among them. */
class StatementCountTest extends Fixture {
  private static final Policy WHILE_FRESH = Policy.unset().backupReads(BackupReads.WHILE_FRESH);

  private final Source source = new Source("v1");

  @Test
  void aHitAsksNothing() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    database.forgetStatements();
    for (int i = 0; i < 100; i++) {
      cache.get("k", source);
    }
    assertThat(database.statements()).isEmpty();
  }

  @Test
  void aFirstLoadAsksOnce() throws Exception {
    BackedCache<String, String> cache = cache();
    database.forgetStatements();
    cache.get("k", source);
    assertThat(database.statements()).hasSize(1);
  }

  @Test
  void aReloadAsksOnce() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    pastTtl();
    database.forgetStatements();
    cache.get("k", source);
    assertThat(database.statements()).hasSize(1);
  }

  @Test
  void aFailingGetWithABackupReadsOnce() throws Exception {
    cache().get("k", source);
    BackedCache<String, String> cache = afterRestart();
    pastTtl();
    source.fail();
    database.forgetStatements();
    cache.get("k", source);
    assertThat(database.statements()).singleElement().asString().startsWithIgnoringCase("select");
  }

  @Test
  void aFailingGetWithoutABackupReadsOnce() {
    BackedCache<String, String> cache = cache();
    source.fail();
    database.forgetStatements();
    assertThat(catchThrowable(() -> cache.get("k", source))).isNotNull();
    assertThat(database.statements()).hasSize(1);
  }

  @Test
  void whileFresh_aFreshBackupIsReadOnceAndAFirstLoadReadsOnceMore() throws Exception {
    cache().get("k", source);
    BackedCache<String, String> cache = afterRestart();
    database.forgetStatements();
    cache.get("k", source, WHILE_FRESH);
    assertThat(database.statements()).singleElement().asString().startsWithIgnoringCase("select");
    cache.get("k", source, WHILE_FRESH); // a hit
    assertThat(database.statements()).hasSize(1);
    database.forgetStatements();
    cache.get("unknown", source, WHILE_FRESH);
    assertThat(database.statements()).hasSize(2);
    assertThat(database.statements().get(0)).startsWithIgnoringCase("select");
  }

  @Test
  void whileFresh_aFailingGetReadsOnce() throws Exception {
    cache().get("k", source);
    BackedCache<String, String> cache = afterRestart();
    pastTtl();
    source.fail();
    database.forgetStatements();
    assertThat(cache.get("k", source, WHILE_FRESH)).isEqualTo("v1");
    assertThat(catchThrowable(() -> cache.get("unknown", source, WHILE_FRESH))).isNotNull();
    assertThat(database.statements()).hasSize(2);
  }

  @Test
  void aHitOnAStandInAsksNothing() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    pastTtl();
    source.fail();
    cache.get("k", source);
    database.forgetStatements();
    for (int i = 0; i < 100; i++) {
      cache.get("k", source);
    }
    assertThat(database.statements()).isEmpty();
  }

  @Test
  void eachChangeAsksOnce() {
    BackedCache<String, String> cache = cache();
    database.forgetStatements();
    cache.put("k", "v");
    cache.add("k2", "v", Duration.ofMinutes(1));
    cache.expire("k");
    cache.remove("k");
    cache.expireCreatedBefore(clock.instant());
    cache.clear();
    assertThat(database.statements()).hasSize(6);
  }

  @Test
  void whileTheDatabaseIsOutAGetDoesNotAskIt() throws Exception {
    BackedCache<String, String> cache = cache();
    database.refuse();
    cache.get("k", source);
    Eventually.holds(() -> database.openConnections() == 0, "the pool gave up its connections");
    database.forgetStatements();
    source.fail();
    for (int i = 0; i < 10; i++) {
      pastTtl();
      cache.get("k", source);
    }
    assertThat(database.statements()).isEmpty();
  }
}
