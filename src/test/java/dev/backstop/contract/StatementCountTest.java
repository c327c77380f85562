package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.backstop.BackedCache;
import dev.backstop.testing.Eventually;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the database is asked: pinned counts. The clock is injected, so no sample is among them. */
class StatementCountTest extends Fixture {
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
