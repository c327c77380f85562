package dev.backstop.it.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Entry;
import dev.backstop.testing.Eventually;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections are refused: PostgreSQL is not running. */
class ServerStoppedIT extends OutageFixture {
  @AfterEach
  void startAgain() {
    database.server().start();
  }

  @ParameterizedTest
  @EnumSource
  void beforeTheStart_getsGoOnAndTheWritesAreMadeUpFor(Way way) throws Exception {
    database.server().stop();
    BackedCache<String, String> cache = cache(way);
    assertThat(waitedWhileOut(cache)).isZero();
    database.server().start();
    awaitLoads();
    assertOneOutage();
    assertStandsIn(cache);
  }

  @ParameterizedTest
  @EnumSource
  void inTheMiddle_oneCallerWaitsAndTheWritesAreMadeUpFor(Way way) throws Exception {
    BackedCache<String, String> cache = cache(way);
    assertThat(waitedOfLoads(cache)).isZero();
    assertStandsIn(cache);
    database.server().stop();
    assertThat(waitedOfLoads(cache)).isLessThanOrEqualTo(1);
    assertThat(waitedWhileOut(cache)).isZero();
    database.server().start();
    awaitLoads();
    assertOneOutage();
    assertStandsIn(cache);
  }

  @Test
  void changesOfEveryKindThatWereQueued_arriveInTheOrderOfTheirStamps() {
    Backstop backstop = open(Way.JDBC_URL);
    BackedCache<String, String> cache = cache(backstop);
    BackedCache<String, String> other = others(backstop);
    for (String key : List.of("kept", "replaced", "removed", "expired", "returned")) {
      cache.put(key, "before");
    }
    other.put("cleared", "before");
    database.server().stop();
    assertUnavailable(() -> cache.put("replaced", "during"));
    assertUnavailable(() -> cache.remove("removed"));
    assertUnavailable(() -> cache.expire("expired"));
    assertUnavailable(() -> cache.remove("returned"));
    assertUnavailable(() -> cache.put("returned", "during"));
    assertUnavailable(() -> other.put("cleared, too", "during"));
    assertUnavailable(other::clear);
    assertUnavailable(() -> other.put("after", "during"));
    database.server().start();
    Eventually.holds(() -> backstop.writes().waiting() == 0, "all is written");
    assertOneOutage();
    Backstop later = open(Way.DATA_SOURCE); // knows nothing but the table
    assertThat(cache(later).peek("kept").map(Entry::value)).contains("before");
    assertThat(cache(later).peek("replaced").map(Entry::value)).contains("during");
    assertThat(cache(later).peek("removed")).isEmpty();
    assertThat(cache(later).peek("expired")).isEmpty();
    assertThat(count("cache_key = 'expired' and expired_at > created_at")).isEqualTo(1);
    assertThat(cache(later).peek("returned").map(Entry::value)).contains("during");
    assertThat(others(later).peek("cleared")).isEmpty();
    assertThat(others(later).peek("cleared, too")).isEmpty();
    assertThat(others(later).peek("after").map(Entry::value)).contains("during");
  }

  /** A clear ends a whole cache: one of its own. */
  private static BackedCache<String, String> others(Backstop backstop) {
    return backstop.cache(CacheSpec.of("others", String.class, String.class));
  }
}
