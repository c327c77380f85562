package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.entry;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupReads;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.testing.Logged;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What {@code getAll} answers. */
class BulkGetTest extends Fixture {
  private static final Policy POLICY = Policy.ttl(TTL);
  private static final List<String> HUNDRED =
      IntStream.range(0, 100).mapToObj(i -> "k" + i).toList();

  private final BulkSource source = new BulkSource();

  @Test
  void onlyWhatIsNotFreshIsLoaded_inOneCallAndInOrder() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.put("b", "b=put");
    assertThat(cache.getAll(List.of("c", "b", "a", "c", "b"), source, POLICY))
        .containsExactly(entry("c", "c=v1"), entry("b", "b=put"), entry("a", "a=v1"));
    assertThat(source.calls()).containsExactly(List.of("c", "a"));
    database.forgetStatements();
    assertThat(cache.getAll(Set.of("a", "b", "c"), source, POLICY)).hasSize(3);
    assertThat(source.calls()).hasSize(1);
    assertThat(database.statements()).isEmpty();
    assertThat(afterRestart().peek("a").orElseThrow().value()).isEqualTo("a=v1");
  }

  @Test
  void theAnswerIsTheCallersOwn() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.getAll(List.of("a"), source, POLICY).clear();
    assertThat(cache.getAll(List.of("a"), source, POLICY)).containsOnlyKeys("a");
  }

  @Test
  void noKeysCallNothing() throws Exception {
    BackedCache<String, String> cache = cache();
    assertThat(cache.getAll(List.of(), source, POLICY)).isEmpty();
    assertThat(source.calls()).isEmpty();
  }

  @Test
  void theLoaderCannotChangeItsKeys() {
    BackedCache<String, String> cache = cache();
    assertThatThrownBy(
            () ->
                cache.getAll(
                    List.of("a"),
                    keys -> {
                      keys.clear();
                      return Map.of();
                    },
                    POLICY))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aKeyThatIsAbsent_isAbsentFromTheAnswerAndItsBackupStays() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.getAll(List.of("a", "b"), source, POLICY);
    pastTtl();
    source.answer("v2");
    source.leaveOut("b", "c");
    assertThat(cache.getAll(List.of("a", "b", "c"), source, POLICY))
        .containsExactly(entry("a", "a=v2"));
    Source failing = Source.failing();
    assertThat(cache.get("b", failing)).isEqualTo("b=v1");
    assertThat(afterRestart().get("b", failing)).isEqualTo("b=v1");
  }

  @Test
  void aNullValue_isRecordedAsARemoval() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.getAll(List.of("a", "b"), source, POLICY);
    pastTtl();
    source.lose("b");
    Map<String, String> answer = cache.getAll(List.of("a", "b"), source, POLICY);
    assertThat(answer).containsExactly(entry("a", "a=v1"), entry("b", null));
    Source failing = Source.failing();
    assertThat(catchThrowable(() -> cache.get("b", failing))).isInstanceOf(IOException.class);
    BackedCache<String, String> restarted = afterRestart();
    assertThat(catchThrowable(() -> restarted.get("b", failing))).isInstanceOf(IOException.class);
  }

  @Test
  void whatWasNotAskedFor_isIgnored() throws Exception {
    BackedCache<String, String> cache = cache();
    assertThat(
            cache.getAllWith(
                List.of("a"),
                (keys, context) -> {
                  context.failed("y", new IOException("not asked for"));
                  return Map.of("a", "v", "z", "v");
                },
                POLICY))
        .containsExactly(entry("a", "v"));
    assertThat(cache.peek("z")).isEmpty();
  }

  @Test
  void whereTheLoaderThrows_allItsKeysStandIn() throws Exception {
    cache().getAll(List.of("a", "b"), source, POLICY);
    BackedCache<String, String> cache = afterRestart();
    pastTtl();
    cache.put("fresh", "v");
    source.fail();
    assertThat(cache.getAll(List.of("a", "fresh", "b"), source, POLICY))
        .containsExactly(entry("a", "a=v1"), entry("fresh", "v"), entry("b", "b=v1"));
    assertThat(cache.peek("a").orElseThrow().origin()).isEqualTo(Origin.STAND_IN);
    cache.getAll(List.of("a", "b"), source, POLICY); // the stand-in time has begun
    assertThat(source.calls()).hasSize(2);
  }

  @Test
  void whereOneCannotStandIn_theLoadersExceptionIsThrown() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.getAll(List.of("a"), source, POLICY);
    pastTtl();
    IOException failure = source.fail();
    assertThat(catchThrowable(() -> cache.getAll(List.of("a", "new", "newer"), source, POLICY)))
        .isSameAs(failure)
        .hasNoSuppressedExceptions();
    assertThat(cache.peek("a").orElseThrow().origin()).isEqualTo(Origin.STAND_IN);
    assertThat(catchThrowable(() -> cache.getAll(List.of("a"), source, POLICY.maxStale(MOMENT))))
        .isSameAs(failure); // by this caller's terms
  }

  @Test
  void aKeyThatFailed_standsInAndTheOthersAreLoaded() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.getAll(List.of("a", "b", "c"), source, POLICY);
    pastTtl();
    source.answer("v2");
    assertThat(
            cache.getAllWith(
                List.of("a", "b", "c"),
                (keys, context) -> {
                  context.failed("b", new IOException("b alone"));
                  context.failed("c", new IOException("c, too, whatever the map says"));
                  Map<String, String> values = new HashMap<>(source.load(keys));
                  values.remove("b");
                  return values;
                },
                POLICY))
        .containsExactly(entry("a", "a=v2"), entry("b", "b=v1"), entry("c", "c=v1"));
    assertThat(cache.peek("b").orElseThrow().failure().message()).isEqualTo("b alone");
  }

  @Test
  void aKeyThatFailedAndCannotStandIn_throwsItsExceptionWhenTheOthersAreStored() throws Exception {
    BackedCache<String, String> cache = cache();
    IOException first = new IOException("b");
    IOException second = new IOException("c");
    assertThat(
            catchThrowable(
                () ->
                    cache.getAllWith(
                        List.of("a", "b", "c"),
                        (keys, context) -> {
                          context.failed("c", second);
                          context.failed("b", first);
                          context.failed("b", new IOException("the first counts"));
                          return Map.of("a", "v");
                        },
                        POLICY)))
        .isSameAs(first)
        .hasSuppressedException(second);
    assertThat(cache.contains("a")).isTrue();
    assertThat(afterRestart().contains("a")).isTrue();
  }

  @Test
  void aLoaderThatReturnsNoMap_hasFailed() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.put("a", "v");
    pastTtl();
    assertThat(cache.getAll(List.of("a"), keys -> null, POLICY)).containsExactly(entry("a", "v"));
    assertThatThrownBy(() -> cache.getAll(List.of("new"), keys -> null, POLICY))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void aChangeDuringTheLoad_winsForItsKeyAlone() throws Exception {
    BackedCache<String, String> cache = cache();
    Map<String, String> answer =
        cache.getAll(
            List.of("a", "b", "c"),
            keys -> {
              cache.put("a", "put");
              cache.remove("b");
              return source.load(keys);
            },
            POLICY);
    assertThat(answer).containsEntry("a", "a=v1").containsEntry("b", "b=v1");
    for (boolean restarted : List.of(false, true)) {
      BackedCache<String, String> each = restarted ? afterRestart() : cache;
      assertThat(each.peek("a").orElseThrow().value()).isEqualTo("put");
      assertThat(each.peek("b")).isEmpty();
      assertThat(each.peek("c").orElseThrow().value()).isEqualTo("c=v1");
    }
  }

  @Test
  void badArguments_areRefusedBeforeAnythingIsLoaded() {
    BackedCache<String, String> cache = cache();
    assertThatThrownBy(() -> cache.getAll(null, source, POLICY))
        .hasMessage("keys must not be null");
    assertThatThrownBy(() -> cache.getAll(Arrays.asList("a", null), source, POLICY))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("key must not be null");
    assertThatThrownBy(() -> cache.getAll(List.of("a", "\0"), source, POLICY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> cache.getAll(List.of("a"), null, POLICY))
        .hasMessage("loader must not be null");
    assertThatThrownBy(() -> cache.getAllWith(List.of("a"), null, POLICY))
        .hasMessage("loader must not be null");
    assertThatThrownBy(() -> cache.getAll(List.of("a"), source, null))
        .hasMessage("policy must not be null");
    assertThat(source.calls()).isEmpty();
  }

  @Test
  void afterClose_itIsRefused() {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    backstop.close();
    assertThatThrownBy(() -> cache.getAll(Collections.emptyList(), source, POLICY))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("This Backstop is closed");
  }

  @Test
  void aHundredColdKeys_areWrittenInOneBatch() throws Exception {
    BackedCache<String, String> cache = cache();
    database.forgetStatements();
    cache.getAll(HUNDRED, source, POLICY);
    assertThat(database.commits()).isEqualTo(1);
    assertThat(database.statements())
        .hasSize(SchemaTest.isPostgres() ? 1 : 100); // H2 takes one row at a time
  }

  @Test
  void aHundredKeysThatFail_areReadByOneStatement() throws Exception {
    cache().getAll(HUNDRED, source, POLICY);
    BackedCache<String, String> cache = afterRestart();
    pastTtl();
    source.fail();
    database.forgetStatements();
    assertThat(cache.getAll(HUNDRED, source, POLICY)).hasSize(100).containsEntry("k9", "k9=v1");
    assertThat(database.statements()).hasSize(1);
  }

  @Test
  void aHundredKeysWithoutBackups_areReadByOneStatement() throws Exception {
    BackedCache<String, String> cache = cache();
    source.fail();
    database.forgetStatements();
    assertThatThrownBy(() -> cache.getAll(HUNDRED, source, POLICY)).isInstanceOf(IOException.class);
    assertThat(database.statements()).hasSize(1);
  }

  @Test
  void aHundredFreshBackups_areReadByOneStatementAndCostNoLoad() throws Exception {
    Policy whileFresh = Policy.unset().backupReads(BackupReads.WHILE_FRESH);
    List<String> keys = IntStream.range(0, 100).mapToObj(i -> "k" + i).toList();
    cache().getAll(keys.subList(0, 99), source, Policy.unset());
    source.calls().clear();
    BackedCache<String, String> cache = afterRestart();
    database.forgetStatements();
    assertThat(cache.getAll(keys, source, whileFresh)).hasSize(100).containsEntry("k7", "k7=v1");
    assertThat(source.calls()).containsExactly(List.of("k99"));
    assertThat(database.statements()).hasSize(2); // one read, one write
  }

  @Test
  void aBulkLoad_keepsTheFingerprintOfBefore() throws Exception {
    AtomicReference<String> fingerprint = new AtomicReference<>("a");
    Policy policy = Policy.unset().fingerprint(fingerprint::get);
    BackedCache<String, String> cache = cache();
    cache.getAll(List.of("j", "k"), source, policy);
    cache.getAll(List.of("j", "k"), source, policy);
    assertThat(source.calls()).hasSize(1);
    fingerprint.set("b");
    source.answer("v2");
    assertThat(cache.getAll(List.of("j", "k"), source, policy))
        .containsExactly(Map.entry("j", "j=v2"), Map.entry("k", "k=v2"));
    assertThat(source.calls()).hasSize(2);
  }

  @Test
  void aThousandKeysThatFail_areReadByFour() throws Exception {
    List<String> thousand = IntStream.range(0, 1_000).mapToObj(i -> "k" + i).toList();
    cache().getAll(thousand, source, POLICY);
    BackedCache<String, String> cache = afterRestart();
    pastTtl();
    source.fail();
    database.forgetStatements();
    assertThat(cache.getAll(thousand, source, POLICY)).hasSize(1_000);
    assertThat(database.statements()).hasSize(4);
  }

  @Test
  void aBackupThatCannotBeRead_isNoBackupAndTheOthersStandIn() throws Exception {
    List<String> keys = List.of("a", "b", "c", "d");
    cache().getAll(keys, source, POLICY);
    BackedCache<String, String> cache = afterRestart();
    pastTtl();
    IOException failure = source.fail();
    SQLException unreadable = new SQLException("Unreadable in the test", "22000");
    database.failNext(3, "backstop_backup", unreadable); // the four, the first two, and a
    try (Logged logged = new Logged()) {
      assertThat(catchThrowable(() -> cache.getAll(keys, source, POLICY))).isSameAs(failure);
      assertThat(logged.messages(Level.WARNING)).hasSize(1);
    }
    assertThat(cache.getAll(List.of("b", "c", "d"), source, POLICY))
        .containsExactly(entry("b", "b=v1"), entry("c", "c=v1"), entry("d", "d=v1"));
    assertThat(source.calls()).hasSize(2); // the stand-ins are in the fast tier
  }
}
