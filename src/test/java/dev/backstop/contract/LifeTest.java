package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupFilter;
import dev.backstop.CacheSpec;
import dev.backstop.Policy;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Opening and closing; the leak check holds every test to what close() promises. */
class LifeTest extends Fixture {
  private final Source source = new Source("v1");

  @Test
  void close_writesWhatIsQueued() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    Gate gate = new Gate();
    database.holdNextAnswer("backstop_backup", gate);
    Started<String> first = Threads.start(() -> cache.get("first", source));
    gate.awaitEntered(); // the writer is held in its first transaction
    Started<String> second = Threads.start(() -> cache.get("second", source));
    Threads.awaitWaiting(second.thread());
    Started<Void> close =
        Threads.start(
            () -> {
              backstop.close();
              return null;
            });
    Threads.awaitWaiting(close.thread());
    gate.open();
    close.join();
    assertThat(first.join()).isEqualTo("v1");
    assertThat(second.join()).isEqualTo("v1");
    assertThat(ask("select count(*) from backstop_backup")).isEqualTo("2");
  }

  @Test
  void everyCallAfterTheClose_saysThatItIsClosed() {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    cache.put("k", "v1");
    backstop.close();
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("cache", () -> cache(backstop));
    calls.put("cullNow", backstop::cullNow);
    calls.put("cullPreview", backstop::cullPreview);
    calls.put("writes", backstop::writes);
    calls.put("tiers", backstop::tiers);
    calls.put("unansweredQuestions", backstop::unansweredQuestions);
    calls.put("get of what is fresh", () -> cache.get("k", source));
    calls.put("get of another", () -> cache.get("l", source));
    calls.put("getAll", () -> cache.getAll(List.of("k", "l"), keys -> Map.of(), Policy.ttl(TTL)));
    calls.put("peek", () -> cache.peek("k"));
    calls.put("stamp", () -> cache.stamp("k"));
    calls.put("contains", () -> cache.contains("k"));
    calls.put("put", () -> cache.put("k", "v2"));
    calls.put("putAll", () -> cache.putAll(Map.of("k", "v2"), TTL));
    calls.put("putAll for the ttl", () -> cache.putAll(Map.of("k", "v2")));
    calls.put("add", () -> cache.add("l", "v2", TTL));
    calls.put("expire", () -> cache.expire("k"));
    calls.put("expireAll", () -> cache.expireAll(BackupFilter.keyPrefix("k")));
    calls.put("remove", () -> cache.remove("k"));
    calls.put("removeAll", () -> cache.removeAll(List.of("k")));
    calls.put("clear", cache::clear);
    calls.forEach(
        (name, call) ->
            assertThatThrownBy(call)
                .as(name)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed"));
    assertThat(source.calls()).isZero();
  }

  @Test
  void close_whileTheDatabaseIsDown_isBounded() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    database.refuse();
    cache.get("k", source);
    backstop.close();
    assertThatThrownBy(() -> cache.get("k", source)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void close_leavesALoadThatIsUnderWayItsAnswer() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    Gate gate = new Gate();
    Started<String> load =
        Threads.start(
            () ->
                cache.get(
                    "k",
                    () -> {
                      gate.enter();
                      return "v1";
                    }));
    gate.awaitEntered();
    backstop.close();
    gate.open();
    assertThat(load.join()).isEqualTo("v1");
    assertThat(ask("select count(*) from backstop_backup")).isEqualTo("0");
  }

  @Test
  void close_interruptsALoadInTheBackground() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    Gate gate = new Gate();
    Started<String> load =
        Threads.start(
            () ->
                cache.get(
                    "k",
                    () -> {
                      gate.enter();
                      return "v1";
                    },
                    Policy.ttl(TTL).hardTimeout(Duration.ofMinutes(1))));
    gate.awaitEntered();
    backstop.close();
    assertThat(load.outcome().failure()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void aDataSourceThatWasGiven_staysOpen() throws Exception {
    var pool = pool();
    Backstop.builder().dataSource(pool).clock(clock).build().close();
    assertThat(pool.isClosed()).isFalse();
  }

  @Test
  void aPoolOfItsOwn_isOpenedByJdbcUrlAndClosed() throws Exception {
    try (Backstop backstop =
        builder()
            .jdbcUrl(shared().jdbcUrl())
            .username(shared().username())
            .password(shared().password())
            .failFast(true)
            .build()) {
      assertThat(cache(backstop).get("k", source)).isEqualTo("v1");
      assertThat(ask("select count(*) from backstop_backup")).isEqualTo("1");
    }
  }

  @Test
  void namespaces_keepApplicationsOnOneTableApart() throws Exception {
    BackedCache<String, String> shop = cache(open(builder -> builder.namespace("shop")));
    BackedCache<String, String> blog = cache(open(builder -> builder.namespace("blog")));
    shop.put("k", "shop's");
    assertThat(blog.peek("k")).isEmpty();
    blog.clear();
    assertThat(shop.peek("k").orElseThrow().value()).isEqualTo("shop's");
    assertThat(ask("select cache_name from backstop_backup")).isEqualTo("shop:feeds");
  }

  @Test
  void cachesOfOneBackstop_areApart() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> feeds = cache(backstop);
    BackedCache<String, String> others =
        backstop.cache(CacheSpec.of("others", String.class, String.class));
    feeds.put("k", "feed");
    assertThat(others.peek("k")).isEmpty();
    others.clear();
    assertThat(feeds.peek("k")).isPresent();
  }
}
