package dev.backstop.core;

import dev.backstop.BackedCache;
import dev.backstop.BackstopConfig;
import dev.backstop.CacheSpec;
import dev.backstop.Durability;
import dev.backstop.backup.BackupStore;
import dev.backstop.backup.Blob;
import dev.backstop.clock.InjectedClock;
import dev.backstop.fast.FastTier;
import dev.backstop.testing.FakeClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/**
 * A cache of which nothing runs but what its callers do: its database never answered, and its
 * threads do nothing. So its queue is all that it has of backups, and stays.
 */
final class LoneCache {
  private static final DataSource NEVER_ASKED = new JdbcDataSource();

  private static final BackstopConfig CONFIG =
      new BackstopConfig(
          NEVER_ASKED,
          null,
          null,
          null,
          1,
          "",
          false,
          false,
          Duration.ofMillis(1),
          null,
          null,
          Runnable::run,
          work -> new Thread(() -> {}),
          null,
          null,
          Durability.ASYNC,
          null,
          null,
          null,
          new BackstopConfig.Queue(Integer.MAX_VALUE, Long.MAX_VALUE),
          new BackstopConfig.Culling(
              Duration.ofHours(12), Duration.ofHours(1), 0, Duration.ofHours(1)));

  private static final InjectedClock CLOCK = new InjectedClock(new FakeClock());
  private static final BackupStore STORE = new BackupStore(CONFIG, CLOCK);
  private static final Units UNITS = new Units(null, CLOCK);
  private static int keys;

  private LoneCache() {}

  /** A key that nobody has used: all that are opened have one queue. */
  static String key() {
    return "k" + keys++;
  }

  /** How many keys were used. */
  static int opened() {
    return keys;
  }

  /** Opens one on a fast tier. */
  static BackedCache<String, String> open(FastTier<String, String> fast) {
    return new TieredCache<>(parts(fast));
  }

  /** What such a cache is made of. */
  static Parts<String, String> parts(FastTier<String, String> fast) {
    return parts(fast, UNITS);
  }

  /** The same within these transactions. */
  static Parts<String, String> parts(FastTier<String, String> fast, Units units) {
    CacheSpec<String, String> spec =
        CacheSpec.of("feeds", String.class, String.class).ttl(Duration.ofHours(1));
    Keys<String> keys = new Keys<>(spec.name(), String.class, null);
    Encoding<String> plain = new Plain();
    Tiers<String, String> tiers = new Tiers<>(List.of(), keys, plain, STORE, CLOCK, Runnable::run);
    Slots<String, String> slots = new Slots<>(fast, tiers, CLOCK, units, () -> true);
    return new Parts<>(
        spec,
        new Life(),
        CLOCK,
        keys,
        plain,
        slots,
        tiers,
        new Questions<>(spec.name(), CLOCK, slots, new LongAdder()),
        STORE,
        units,
        Runnable::run,
        false,
        Long.MAX_VALUE);
  }

  private static final class Plain implements Encoding<String> {
    @Override
    public Blob encodeOrNull(String value) {
      return encode(value);
    }

    @Override
    public Blob encode(String value) {
      return new Blob(value.getBytes(StandardCharsets.UTF_8), "plain", 1, "");
    }

    @Override
    public String decode(Blob blob) {
      return new String(blob.bytes(), StandardCharsets.UTF_8);
    }
  }
}
