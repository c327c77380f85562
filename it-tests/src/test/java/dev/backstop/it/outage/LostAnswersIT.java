package dev.backstop.it.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupFilter;
import dev.backstop.CacheSpec;
import dev.backstop.Entry;
import dev.backstop.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A commit succeeds, its answer is lost, and another node is later, before it is tried again. */
@Tag("reliability")
class LostAnswersIT extends OutageFixture {
  private static final Duration TTL = Duration.ofHours(1);

  /** Long enough that nobody misses it, whatever the machine does. */
  private static final Duration PATIENT = Duration.ofSeconds(5);

  private FlakyNetwork network;

  @BeforeEach
  void connect() throws IOException {
    network = closing(new FlakyNetwork(database.jdbcUrl()));
  }

  private Backstop patiently(Way way, String url) {
    return open(way, url, builder -> builder.backupTimeout(PATIENT));
  }

  private String throughTheNetwork(String parameter) {
    String url = network.jdbcUrl();
    return url + (url.contains("?") ? "&" : "?") + parameter;
  }

  /** A change of the key "k" or of all, and whether the table shows that it was made. */
  enum Changed {
    PUT(cache -> cache.put("k", "older"), "blob is not null"),
    PUT_ALL(cache -> cache.putAll(Map.of("k", "older", "l", "older"), TTL), "blob is not null"),
    REMOVE(cache -> cache.remove("k"), "blob is null"),
    EXPIRE(cache -> cache.expire("k"), "expired_at is not null"),
    CLEAR(BackedCache::clear, null),
    EXPIRE_ALL(cache -> cache.expireAll(BackupFilter.keyPrefix("k")), "expired_at is not null"),
    REMOVE_ALL(cache -> cache.removeAll(BackupFilter.keyPrefix("k")), "blob is null");

    private final Consumer<BackedCache<String, String>> change;
    private final String made;

    Changed(Consumer<BackedCache<String, String>> change, String made) {
      this.change = change;
      this.made = made;
    }

    /** What only its own request holds. */
    private String sign() {
      return made == null ? "backstop_cache as c" : "backstop_backup as b";
    }

    private boolean isMade() {
      return made == null
          ? !"0".equals(ask("select count(*) from backstop_cache where cleared_before is not null"))
          : count("cache_key = 'k' and " + made) == 1;
    }
  }

  /** A cache of its own for each, as some are cleared. */
  private static BackedCache<String, String> cache(Backstop backstop, Changed changed) {
    return backstop.cache(CacheSpec.of("lost-" + changed, String.class, String.class).ttl(TTL));
  }

  @ParameterizedTest
  @EnumSource
  void whatAnotherNodePutMeanwhile_stays(Changed changed) throws Exception {
    Backstop other = patiently(Way.JDBC_URL, database.jdbcUrl());
    BackedCache<String, String> there = cache(other, changed);
    there.put("k", "first");
    Backstop backstop = open(Way.JDBC_URL, network.jdbcUrl());
    BackedCache<String, String> here = cache(backstop, changed);
    assertStandsIn(cache(backstop));
    network.loseAnswerTo(changed.sign());
    assertUnavailable(() -> changed.change.accept(here));
    Eventually.holds(changed::isMade, "the table has it");
    there.put("k", "newer");
    network.cut();
    Eventually.holds(() -> backstop.writes().waiting() == 0, "it is tried again");
    assertOneOutage();
    assertThat(there.peek("k").map(Entry::value)).contains("newer");
    try (Backstop later = open(Way.DATA_SOURCE)) { // knows nothing but the table
      assertThat(cache(later, changed).peek("k").map(Entry::value)).contains("newer");
      assertThat(cache(later, changed).contains("k")).isTrue();
    }
    assertThat(here.get("k", new Down())).isEqualTo("newer");
    run("delete from backstop_cache where cleared_before is not null");
  }

  /** The other way round: what was made ends what the other node put before, and only once. */
  @ParameterizedTest
  @EnumSource(names = {"REMOVE", "CLEAR", "REMOVE_ALL"})
  void whatIsGone_staysGone(Changed changed) throws Exception {
    Backstop other = patiently(Way.JDBC_URL, database.jdbcUrl());
    cache(other, changed).put("k", "first");
    Backstop backstop = patiently(Way.DATA_SOURCE, network.jdbcUrl());
    BackedCache<String, String> here = cache(backstop, changed);
    assertStandsIn(cache(backstop));
    network.cutInsteadOfAnswerTo(changed.sign());
    changed.change.accept(here); // the same again on another connection, at once
    assertNoOutage();
    assertThat(network.isLosing()).isFalse();
    Down down = new Down();
    assertThatThrownBy(() -> here.get("k", down)).isSameAs(down.failure);
    assertThat(cache(open(Way.JDBC_URL), changed).peek("k")).isEmpty();
    run("delete from backstop_cache where cleared_before is not null");
  }

  /** Who is refused by its own row was beaten by nobody: its fast copy stays. */
  @ParameterizedTest
  @EnumSource
  void aPut_isStillServed(Way way) throws Exception {
    BackedCache<String, String> here = cache(patiently(way, network.jdbcUrl()));
    assertStandsIn(here);
    network.cutInsteadOfAnswerTo("backstop_backup as b");
    here.put("k", "put");
    assertThat(network.isLosing()).isFalse();
    assertThat(here.get("k", () -> "never asked")).isEqualTo("put");
    assertNoOutage();
  }

  /** Several statements and their commit: barriers, values and expiries of one transaction. */
  @Test
  void aTransactionOfSeveral_isWrittenAgainAsAWhole() throws Exception {
    // Without statements that the server prepared, a request is all text.
    Backstop backstop = open(Way.JDBC_URL, throughTheNetwork("prepareThreshold=0"));
    BackedCache<String, String> here = cache(backstop);
    BackedCache<String, String> cleared = cache(backstop, Changed.CLEAR);
    here.put("expired", "first");
    network.hold();
    assertUnavailable(() -> here.put("k", "put"));
    assertUnavailable(() -> here.expire("expired"));
    assertUnavailable(() -> here.put("gone", "put"));
    assertUnavailable(() -> here.remove("gone"));
    assertUnavailable(cleared::clear);
    network.cutInsteadOfAnswerTo("backstop_cache as c", "COMMIT");
    network.cut();
    network.goOn();
    Eventually.holds(() -> backstop.writes().waiting() == 0, "all is written");
    assertThat(network.isLosing()).isFalse();
    assertOneOutage();
    try (Backstop later = open(Way.DATA_SOURCE)) {
      assertThat(cache(later).peek("k").map(Entry::value)).contains("put");
      assertThat(cache(later).peek("expired")).isEmpty();
      assertThat(cache(later).peek("gone")).isEmpty();
    }
    run("delete from backstop_cache where cleared_before is not null");
  }

  /** It can't be told whether it was added, and an {@code add} that is tried again would say no. */
  @ParameterizedTest
  @EnumSource
  void anAdd_isNotDecided_andHoldsIfItWasMade(Way way) throws Exception {
    BackedCache<String, String> there = cache(patiently(Way.JDBC_URL, database.jdbcUrl()));
    Backstop backstop = open(way, network.jdbcUrl());
    BackedCache<String, String> here = cache(backstop);
    assertStandsIn(here);
    network.loseAnswerTo("backstop_backup as b");
    long began = System.nanoTime();
    assertUnavailable(() -> here.add("k", "added", TTL));
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(2_500));
    Eventually.holds(() -> count("cache_key = 'k'") == 1, "the table has it");
    network.cut();
    assertOneOutage();
    assertThat(here.add("k", "again", TTL)).isFalse();
    assertThat(here.get("k", new Down())).isEqualTo("added");
    there.remove("k");
    assertThat(here.add("k", "again", TTL)).isTrue();
    Optional<Entry<String>> found = there.peek("k");
    assertThat(found.map(Entry::value)).contains("again");
  }

  /** What was culled is culled, and the next cull finds nothing left to do. */
  @Test
  void aCull_saysSo_andNothingElseIsCulled() throws Exception {
    Backstop backstop =
        open(
            Way.JDBC_URL,
            network.jdbcUrl(),
            builder ->
                builder.backupTimeout(Duration.ofSeconds(3)).cullIdleAfter(Duration.ofHours(1)));
    run(
        "insert into backstop_backup (cache_name, cache_key, blob, created_at, last_access,"
            + " expires_at, codec, format, type_fingerprint) select 'feeds', 'idle-' || n,"
            + " b.blob, t.at, t.at, t.at, b.codec, b.format, b.type_fingerprint"
            + " from generate_series(1, 20) n, backstop_backup b,"
            + " (select now() - interval '1 day' as at) t where b.cache_key = 'seed-0'");
    long rows = count("true");
    network.cutInsteadOfAnswerTo("delete from backstop_backup");
    assertUnavailable(backstop::cullNow);
    assertThat(count("true")).isEqualTo(rows - 20);
    assertThat(backstop.cullNow().rows()).isZero();
    assertThat(count("true")).isEqualTo(rows - 20);
    assertNoOutage();
  }

  /** The tables are there, and whoever made them does not know. */
  @ParameterizedTest
  @EnumSource(names = {"JDBC_URL", "DATA_SOURCE"})
  void aMigration_isFoundDone(Way way) throws Exception {
    run("drop schema if exists anew cascade", "create schema anew");
    network.cutInsteadOfAnswerTo("backstop_status", "COMMIT");
    BackedCache<String, String> cache = cache(open(way, throughTheNetwork("currentSchema=anew")));
    assertThat(network.isLosing()).isFalse();
    assertThat(ask("select count(*) from anew.backstop_backup")).isEqualTo("0");
    cache.get("k", () -> "loaded");
    Eventually.holds(
        () -> "1".equals(ask("select count(*) from anew.backstop_backup")), "it is written");
    assertOneOutage();
    run("drop schema anew cascade");
  }
}
