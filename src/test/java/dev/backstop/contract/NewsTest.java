package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackstopBuilder;
import dev.backstop.BackupFilter;
import dev.backstop.BackupReads;
import dev.backstop.CacheSpec;
import dev.backstop.CacheTier;
import dev.backstop.Durability;
import dev.backstop.LoadContext;
import dev.backstop.Policy;
import dev.backstop.testing.CountingDataSource;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import dev.backstop.testing.MapTier;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two nodes on one database: what one changes, the other hears. */
class NewsTest extends Fixture {
  private static final Instant FUTURE = Instant.parse("2200-01-01T00:00:00Z");
  private static final Duration WITHIN = Duration.ofMillis(400);

  private final CountingDataSource theirs = new CountingDataSource(shared().dataSource());
  private final Source source = new Source("old");

  @Override
  BackstopBuilder builder() {
    return super.builder().heardWithin(WITHIN);
  }

  private Backstop openThere() {
    return openThere(builder -> builder);
  }

  /** On a data source of its own, that a test can cut. */
  private Backstop openThere(UnaryOperator<BackstopBuilder> settings) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(theirs);
    config.setMaximumPoolSize(4);
    config.setConnectionTimeout(250);
    config.setInitializationFailTimeout(-1);
    HikariDataSource pool = closing(new HikariDataSource(config));
    return closing(settings.apply(builder().dataSource(pool)).build());
  }

  private static boolean holds(BackedCache<String, String> cache, String key) {
    return cache.peek(key).isPresent();
  }

  enum Doing {
    PUT(cache -> cache.put("key", "new")),
    PUT_AS_OF(cache -> cache.put("key", "new", TTL, FUTURE)),
    PUT_ALL(cache -> cache.putAll(Map.of("key", "new"))),
    REMOVE(cache -> cache.remove("key")),
    REMOVE_ALL(cache -> cache.removeAll(List.of("key", "another"))),
    REMOVE_PREFIX(cache -> cache.removeAll(BackupFilter.keyPrefix("k"))),
    REMOVE_BEFORE(cache -> cache.removeCreatedBefore(FUTURE)),
    EXPIRE(cache -> cache.expire("key")),
    EXPIRE_PREFIX(cache -> cache.expireAll(BackupFilter.keyPrefix("k"))),
    EXPIRE_BEFORE(cache -> cache.expireCreatedBefore(FUTURE)),
    CLEAR(BackedCache::clear);

    final Change change;

    Doing(Change change) {
      this.change = change;
    }
  }

  private interface Change {
    void in(BackedCache<String, String> cache);
  }

  @ParameterizedTest
  @EnumSource(Doing.class)
  void whatOneNodeChanges_theOtherHears(Doing what) throws Exception {
    BackedCache<String, String> here = cache(open());
    BackedCache<String, String> there = cache(openThere());
    assertThat(there.get("key", source)).isEqualTo("old");
    clock.advance(MOMENT);
    what.change.in(here);
    clock.advance(MOMENT);
    source.answer("loaded anew");
    Eventually.holds(() -> !"old".equals(uncheckedGet(there)), "it is heard");
    assertThat(there.get("key", source)).isEqualTo("loaded anew");
  }

  private String uncheckedGet(BackedCache<String, String> cache) {
    try {
      return cache.get("key", source);
    } catch (IOException down) {
      return "down";
    }
  }

  @Test
  void anAdd_isHeard_whereItAdds() throws Exception {
    BackedCache<String, String> here = cache(open());
    BackedCache<String, String> there = cache(openThere());
    there.get("key", source);
    assertThat(here.add("key", "refused", TTL)).isFalse();
    assertThat(ask("select count(*) from backstop_news")).isEqualTo("0");
    pastTtl();
    source.fail();
    there.get("key", source); // stands in
    clock.advance(MOMENT);
    assertThat(here.add("key", "added", TTL)).isTrue();
    Eventually.holds(() -> !"old".equals(uncheckedGet(there)), "the stand-in ends");
    assertThat(there.get("key", source)).isEqualTo("added");
  }

  @Test
  void aLoad_tellsNobody() throws Exception {
    BackedCache<String, String> here = cache(open());
    here.get("key", source);
    here.getWith(
        "dated",
        (LoadContext<String> context) -> {
          context.asOf(clock.instant().minusSeconds(60));
          return "as of a minute ago";
        },
        Policy.unset());
    here.get("nothing", () -> null);
    pastTtl();
    source.fail();
    here.get("key", source);
    assertThat(ask("select count(*) from backstop_backup")).isEqualTo("2");
    assertThat(ask("select count(*) from backstop_news")).isEqualTo("0");
  }

  @Test
  void withoutABound_nothingIsTold() throws Exception {
    BackedCache<String, String> alone = cache(closing(super.builder().dataSource(pool()).build()));
    alone.put("key", "new");
    alone.removeAll(BackupFilter.keyPrefix("k"));
    alone.clear();
    assertThat(ask("select count(*) from backstop_news")).isEqualTo("0");
  }

  @Test
  void aPut_isStillOneStatementOnPostgres_andOneCommit() throws Exception {
    BackedCache<String, String> here = cache(open());
    here.put("first", "makes the connection");
    database.forgetStatements();
    here.put("key", "new");
    List<String> writes =
        database.statements().stream().filter(sql -> sql.contains("backstop_backup")).toList();
    assertThat(writes).hasSize(1);
    boolean isTold = writes.get(0).contains("insert into backstop_news");
    assertThat(isTold).isEqualTo(SchemaTest.isPostgres());
    assertThat(ask("select count(*) from backstop_news")).isEqualTo("2");
    assertThat(ask("select kind || cache_key from backstop_news where cache_key = 'key'"))
        .isEqualTo("PUTkey");
  }

  @Test
  void aPutThatALoadOvertook_isStillTold() throws Exception {
    BackedCache<String, String> here = cache(open(builder -> builder.durability(Durability.ASYNC)));
    BackedCache<String, String> there = cache(openThere());
    there.get("key", source);
    clock.advance(MOMENT);
    try (Connection other = shared().dataSource().getConnection();
        Statement lock = other.createStatement()) {
      other.setAutoCommit(false);
      lock.execute("update backstop_backup set format = format where cache_key = 'key'");
      here.put("first", "which the writer is held up with");
      here.put("key", "put");
      clock.advance(MOMENT);
      here.expire("key");
      here.get("key", () -> "loaded here");
      other.rollback();
    }
    source.answer("loaded there");
    Eventually.holds(() -> !"old".equals(uncheckedGet(there)), "it is heard");
  }

  @Test
  void aLoadThatIsUnderWay_isNotKept() throws Exception {
    BackedCache<String, String> here = cache(open());
    BackedCache<String, String> there = cache(openThere());
    Gate gate = new Gate();
    Started<String> load =
        Threads.start(
            () ->
                there.get(
                    "key",
                    () -> {
                      gate.enter();
                      return "read before";
                    }));
    gate.awaitEntered();
    clock.advance(MOMENT);
    here.remove("key");
    clock.advance(MOMENT);
    awaitAllHeard(here, there);
    // Who comes now does not join that load.
    assertThat(there.get("key", () -> "read after")).isEqualTo("read after");
    gate.open();
    assertThat(load.join()).isEqualTo("read before");
    assertThat(there.get("key", () -> "never")).isEqualTo("read after");
  }

  /** Twice: within one turn of hearing there is no order. */
  private void awaitAllHeard(BackedCache<String, String> here, BackedCache<String, String> there) {
    for (int i = 0; i < 2; i++) {
      there.get("signal", () -> "on");
      clock.advance(MOMENT);
      here.remove("signal");
      clock.advance(MOMENT);
      Eventually.holds(() -> !holds(there, "signal"), "the signal is heard");
    }
  }

  @Test
  void aPrefix_endsAlsoWhatHasNoRow() throws Exception {
    Policy withoutRows = Policy.ttl(TTL).withoutWriting(CacheTier.BACKUPS);
    BackedCache<String, String> here = cache(open());
    BackedCache<String, String> there =
        openThere().cache(CacheSpec.of("feeds", String.class, String.class).policy(withoutRows));
    there.get("key", source);
    there.get("other", source);
    clock.advance(MOMENT);
    here.removeAll(BackupFilter.keyPrefix("k"));
    Eventually.holds(() -> !holds(there, "key"), "it is heard");
    assertThat(holds(there, "other")).isTrue();
  }

  @Test
  void whatOnlyATierHolds_endsToo() throws Exception {
    BackedCache<String, String> here = cache(open());
    BackedCache<String, String> there =
        openThere()
            .cache(
                CacheSpec.of("feeds", String.class, String.class)
                    .policy(Policy.ttl(TTL).withoutWriting(CacheTier.HEAP))
                    .tiers(new MapTier("map")));
    there.get("key", source);
    there.get("prefix", source);
    assertThat(holds(there, "key")).isTrue();
    clock.advance(MOMENT);
    here.put("key", "new");
    here.removeAll(BackupFilter.keyPrefix("pre"));
    source.answer("loaded anew");
    clock.advance(MOMENT);
    Eventually.holds(() -> "loaded anew".equals(uncheckedGet(there)), "the tier's copy ended");
    Eventually.holds(() -> !holds(there, "prefix"), "so did the other's");
  }

  @Test
  void keysThatAreNoTexts_areHeardOf() throws Exception {
    record Place(String city, int number) {}
    CacheSpec<Place, String> spec = CacheSpec.of("places", Place.class, String.class).ttl(TTL);
    BackedCache<Place, String> here = open().cache(spec);
    BackedCache<Place, String> there = openThere().cache(spec);
    Place place = new Place("a \"quoted\" city", 7);
    there.get(place, () -> "old");
    clock.advance(MOMENT);
    here.put(place, "new");
    clock.advance(MOMENT);
    Eventually.holds(
        () -> "loaded anew".equals(there.get(place, () -> "loaded anew")), "it is heard");
  }

  @Test
  void aNodeThatCannotHear_servesNothingFromItsMemory() throws Exception {
    BackedCache<String, String> there =
        openThere()
            .cache(
                CacheSpec.of("feeds", String.class, String.class)
                    .policy(Policy.ttl(TTL).backupReads(BackupReads.WHILE_FRESH)));
    there.get("key", source);
    assertThat(holds(there, "key")).isTrue();
    theirs.refuse();
    Eventually.holds(() -> !holds(there, "key"), "it knows that it is deaf");
    source.answer("asked anew");
    assertThat(there.get("key", source)).isEqualTo("asked anew");
    int calls = source.calls();
    assertThat(there.get("key", source)).isEqualTo("asked anew");
    assertThat(source.calls()).as("each get asks the source").isEqualTo(calls + 1);
    source.fail();
    assertThatThrownBy(() -> there.get("key", source)) // it may have been removed elsewhere
        .isInstanceOf(IOException.class);
    theirs.restore();
    Eventually.holds(() -> holds(there, "key"), "it hears again, and nothing was missed");
    assertThat(there.get("key", source)).isEqualTo("asked anew");
  }

  @Test
  void whatWasToldWhileItWasDeaf_isHeardFirst() throws Exception {
    BackedCache<String, String> here = cache(open());
    BackedCache<String, String> there = cache(openThere());
    there.get("key", source);
    there.get("kept", source);
    theirs.refuse();
    Eventually.holds(() -> !holds(there, "kept"), "it knows that it is deaf");
    clock.advance(MOMENT);
    here.remove("key");
    theirs.restore();
    Eventually.holds(() -> holds(there, "kept"), "it hears again");
    assertThat(holds(there, "key")).isFalse();
  }

  /** It reads the copy, and then hears that it was removed; it may not ask only then. */
  @Test
  void whatIsHeardAfterACopyWasRead_endsThat() throws Exception {
    AtomicReference<@Nullable Thread> hears = new AtomicReference<>();
    AtomicReference<@Nullable BackedCache<String, String>> hearing = new AtomicReference<>();
    InstantSource readBetween =
        () -> {
          if (hears.compareAndSet(Thread.currentThread(), null)) {
            theirs.restore();
            Eventually.holds(() -> holds(hearing.get(), "kept"), "it hears again");
          }
          return clock.instant();
        };
    BackedCache<String, String> here = cache(open());
    BackedCache<String, String> there = cache(openThere(builder -> builder.clock(readBetween)));
    there.get("key", source);
    there.get("kept", source);
    theirs.refuse();
    Eventually.holds(() -> !holds(there, "kept"), "it knows that it is deaf");
    clock.advance(MOMENT);
    here.remove("key");
    source.answer("new");
    hearing.set(there);
    hears.set(Thread.currentThread());
    assertThat(there.get("key", source)).isEqualTo("new");
  }

  /** The first of two transactions commits last: a reader that counts up would pass it by. */
  @Test
  void whatBecomesVisibleLate_isHeard() throws Exception {
    BackedCache<String, String> there = cache(openThere());
    there.get("early", source);
    there.get("late", source);
    clock.advance(MOMENT);
    try (Connection slow = shared().dataSource().getConnection();
        Connection quick = shared().dataSource().getConnection()) {
      slow.setAutoCommit(false);
      tellByHand(slow, "late");
      tellByHand(quick, "early");
      Eventually.holds(() -> !holds(there, "early"), "the second is heard");
      there.get("early", () -> "again");
      assertThat(holds(there, "late")).isTrue();
      slow.commit();
    }
    Eventually.holds(() -> !holds(there, "late"), "the first is heard");
    assertThat(holds(there, "early")).as("nothing is heard twice").isTrue();
  }

  /** It began after the change by the clock, and read before that was visible. */
  @Test
  void whatWasReadBeforeItWasHeard_isNotKept() throws Exception {
    TestTier tier = new TestTier("tier");
    CacheSpec<String, String> spec =
        CacheSpec.of("feeds", String.class, String.class).ttl(TTL).tiers(tier);
    BackedCache<String, String> here = cache(open());
    BackedCache<String, String> there = openThere().cache(spec);
    there.get("key", source, Policy.unset().withoutWriting(CacheTier.HEAP));
    source.answer("loaded anew");
    Gate gate = new Gate();
    try (Connection slow = shared().dataSource().getConnection()) {
      slow.setAutoCommit(false);
      clock.advance(MOMENT);
      tellByHand(slow, "key");
      clock.advance(MOMENT);
      tier.afterRead =
          () -> {
            tier.afterRead = () -> {}; // this one alone
            enter(gate);
          };
      Started<String> reader = Threads.start(() -> there.get("key", source));
      gate.awaitEntered();
      slow.commit();
      awaitAllHeard(here, there);
      gate.open();
      assertThat(reader.join()).isEqualTo("old"); // it began before
    }
    assertThat(there.get("key", source)).isEqualTo("loaded anew");
  }

  private static void enter(Gate gate) {
    try {
      gate.enter();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  private void tellByHand(Connection connection, String key) throws SQLException {
    try (Statement insert = connection.createStatement()) {
      insert.execute(
          "insert into backstop_news (node, cache_name, cache_key, kind, stamp, told_at) values ('"
              + UUID.randomUUID()
              + "', 'feeds', '"
              + key
              + "', 'EXPIRE', timestamp with time zone '"
              + clock.instant()
              + "', timestamp with time zone '"
              + clock.instant()
              + "')");
    }
  }

  @Test
  void whoIsClosed_leavesNoConnectionThatListens() throws Exception {
    Backstop backstop = open();
    cache(backstop).put("key", "new");
    backstop.close();
    List<String> statements = database.statements();
    assertThat(statements.contains("listen backstop_news")).isEqualTo(SchemaTest.isPostgres());
    assertThat(statements.contains("unlisten backstop_news")).isEqualTo(SchemaTest.isPostgres());
    assertThat(database.openConnections()).as("but for those that idle in the pool").isPositive();
  }

  @Test
  void whatEverybodyHasHeard_isCulled() throws Exception {
    Backstop backstop = open();
    cache(backstop).put("key", "new");
    backstop.cullNow();
    assertThat(ask("select count(*) from backstop_news")).isEqualTo("1");
    clock.advance(Duration.ofMinutes(11));
    backstop.cullNow();
    assertThat(ask("select count(*) from backstop_news")).isEqualTo("0");
  }
}
