package dev.backstop.contract;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Entry;
import dev.backstop.Policy;
import dev.backstop.testing.CountingDataSource;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.time.Duration;

/**
 * Two nodes on one database that share their loads, and a source that is under way until a gate
 * opens.
 */
abstract class SharedFixture extends Fixture {
  static final Duration LEASE = Duration.ofSeconds(30);
  static final String CLAIM = "into backstop_flight";

  final CountingDataSource theirs = new CountingDataSource(shared().dataSource());
  final Source source = new Source("loaded");
  final Gate gate = new Gate();

  static CacheSpec<String, String> spec() {
    return CacheSpec.of("feeds", String.class, String.class).ttl(TTL).sharedLoads(LEASE);
  }

  BackedCache<String, String> here(CacheSpec<String, String> spec) {
    return open().cache(spec);
  }

  /** Another node, whose statements are counted by themselves. */
  BackedCache<String, String> there(CacheSpec<String, String> spec) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(theirs);
    config.setMaximumPoolSize(4);
    config.setConnectionTimeout(250);
    config.setInitializationFailTimeout(-1);
    Backstop node = closing(builder().dataSource(closing(new HikariDataSource(config))).build());
    return node.cache(spec);
  }

  /** A loader that is under way until the gate opens. */
  String loadSlowly() throws IOException, InterruptedException {
    gate.enter();
    return source.load();
  }

  Started<Entry<String>> beginHere(BackedCache<String, String> here) throws Exception {
    Started<Entry<String>> begun =
        Threads.start(() -> here.entry("key", this::loadSlowly, Policy.unset()));
    gate.awaitEntered();
    return begun;
  }

  Started<Entry<String>> waitThere(BackedCache<String, String> there, Policy policy) {
    Started<Entry<String>> waits = Threads.start(() -> there.entry("key", source, policy));
    Eventually.holds(() -> theirs.statements().contains(looks()), "it looks again");
    return waits;
  }

  /** What a node asks that waits, beside its claims. */
  String looks() {
    return theirs.statements().stream()
        .filter(sql -> sql.contains("from backstop_flight where cache_name"))
        .findFirst()
        .orElse("nothing yet");
  }

  static void awaitLanded() {
    Eventually.holds(
        () -> {
          try {
            return "1"
                .equals(ask("select count(*) from backstop_flight where landed_at is not null"));
          } catch (Exception failure) {
            throw new AssertionError(failure);
          }
        },
        "the load has landed for all nodes");
  }
}
