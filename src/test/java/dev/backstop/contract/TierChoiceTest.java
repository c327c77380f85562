package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.BackupReads;
import dev.backstop.BulkLoader;
import dev.backstop.CacheTier;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A call chooses the tiers that it reads and writes. */
class TierChoiceTest extends TierFixture {
  private static Policy reading(String... not) {
    return Policy.unset().withoutReading(not);
  }

  private static Policy writing(String... not) {
    return Policy.unset().withoutWriting(not);
  }

  @Test
  void whatIsNotRead_isAsIfItHeldNothing() throws Exception {
    BackedCache<String, String> cache = node();
    cache.get("k", source);
    source.answer("v2");
    assertThat(cache.get("k", source, reading("heap", "upper"))).isEqualTo("v1");
    assertThat(cache.get("k", source, reading("heap", "upper", "lower"))).isEqualTo("v2");
    assertThat(cache.get("k", () -> "v3")).isEqualTo("v2");
  }

  @Test
  void backupsThatAreNotRead_neitherAnswerNorStandIn() throws Exception {
    cache().get("k", source);
    BackedCache<String, String> there = cache();
    source.fail();
    Policy whileFresh = Policy.unset().backupReads(BackupReads.WHILE_FRESH);
    assertThat(
            Threads.start(
                    () -> there.get("k", source, whileFresh.withoutReading(CacheTier.BACKUPS)))
                .outcome()
                .failure())
        .hasMessage("The source is down");
    assertThat(there.get("k", source, whileFresh)).isEqualTo("v1");
  }

  @Test
  void aCopyInATierThatIsNotRead_doesNotStandInEither() throws Exception {
    BackedCache<String, String> cache = node();
    cache.get("k", source);
    pastTtl();
    source.fail();
    assertThat(
            Threads.start(
                    () -> cache.get("k", source, reading("heap", "upper", "lower", "backups")))
                .outcome()
                .failure())
        .hasMessage("The source is down");
    assertThat(cache.get("k", source, reading("heap", "upper", "backups"))).isEqualTo("v1");
  }

  @Test
  void backupsThatAreNotRead_standInForNoKeyOfABulkGet() throws Exception {
    cache().putAll(Map.of("a", "v1", "b", "v1"), TTL);
    BackedCache<String, String> there = cache();
    pastTtl();
    BulkLoader<String, String, IOException> down =
        keys -> {
          throw new IOException("The source is down");
        };
    List<String> keys = List.of("a", "b");
    assertThat(
            Threads.start(() -> there.getAll(keys, down, reading(CacheTier.BACKUPS)))
                .outcome()
                .failure())
        .hasMessage("The source is down");
    assertThat(there.getAll(keys, down, Policy.unset())).hasSize(2);
  }

  @Test
  void aCopyInTheHeapThatIsNotRead_doesNotStandInEither() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    source.fail();
    assertThat(
            Threads.start(() -> cache.get("k", source, reading("heap", "backups")))
                .outcome()
                .failure())
        .hasMessage("The source is down");
  }

  @Test
  void aTierThatIsNotWritten_holdsNothingOfTheKey() throws Exception {
    BackedCache<String, String> cache = node();
    cache.get("k", source);
    pastTtl();
    source.answer("v2");
    cache.get("k", source, writing("upper"));
    assertThat(upper.held).isEmpty();
    assertThat(lower.held).containsOnlyKeys(TEXT);
    assertThat(cache.get("k", source, reading("heap"))).isEqualTo("v2");
    assertThat(source.calls()).isEqualTo(2);
  }

  @Test
  void aHeapThatIsNotWritten_leavesTheTiersToAnswer() throws Exception {
    BackedCache<String, String> cache = node();
    cache.get("k", source);
    pastTtl();
    source.answer("v2");
    cache.get("k", source, writing("heap"));
    int asked = upper.reads.get();
    assertThat(cache.entry("k", source, writing("heap")).value()).isEqualTo("v2");
    assertThat(upper.reads.get()).isGreaterThan(asked);
    assertThat(source.calls()).isEqualTo(2);
  }

  @Test
  void backupsThatAreNotWritten_stayAsTheyAre() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    pastTtl();
    source.answer("v2");
    assertThat(cache.get("k", source, writing("backups"))).isEqualTo("v2");
    assertThat(ask("select count(*) from backstop_backup")).isEqualTo("1");
    source.fail();
    BackedCache<String, String> there = cache();
    assertThat(there.entry("k", source, Policy.unset()).value()).isEqualTo("v1");
    assertThat(there.entry("k", source, Policy.unset()).origin()).isEqualTo(Origin.STAND_IN);
  }

  @Test
  void explicitChanges_reachEveryTier_whateverTheCachesPolicySays() throws Exception {
    BackedCache<String, String> cache =
        open().cache(spec().tiers(upper, lower).policy(writing("upper", "backups")));
    cache.put("k", "v");
    assertThat(upper.held).containsOnlyKeys(TEXT);
    assertThat(ask("select count(*) from backstop_backup")).isEqualTo("1");
  }

  @Test
  void aPolicyOfTheCache_holdsWhereTheCallSaysNothing() throws Exception {
    BackedCache<String, String> cache =
        open().cache(spec().tiers(upper, lower).policy(writing("lower").withoutReading("heap")));
    cache.get("k", source);
    int asked = upper.reads.get();
    cache.get("k", source);
    assertThat(upper.reads.get()).isGreaterThan(asked);
    assertThat(lower.held).isEmpty();
    cache.get("k", source, Policy.unset().withoutReading());
    assertThat(source.calls()).isEqualTo(1);
  }

  @Test
  void aNameOfNoTier_isRefused() {
    BackedCache<String, String> cache = node();
    assertThatThrownBy(() -> cache.get("k", source, reading("uper")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("withoutReading must name tiers of [heap, upper, lower, backups], was [uper]");
    assertThatThrownBy(() -> cache.get("k", source, writing("off-heap")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("withoutWriting");
    assertThatThrownBy(() -> reading((String) null)).isInstanceOf(NullPointerException.class);
  }
}
