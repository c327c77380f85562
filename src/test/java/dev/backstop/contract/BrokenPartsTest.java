package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Policy;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** What an application hands in may break in its own ways: no key, thread or caller hangs on it. */
class BrokenPartsTest extends Fixture {
  private static final Policy TIMED = Policy.ttl(TTL).hardTimeout(Duration.ofSeconds(30));

  private final Source source = new Source("v1");

  @Test
  void executorWithoutThreadsLeft_leavesTheLoadToTheCaller() throws Exception {
    BackedCache<String, String> cache = cache(open(b -> b.executor(OUT_OF_THREADS)));
    assertThat(cache.get("k", source, TIMED)).isEqualTo("v1");
    pastTtl();
    source.answer("v2");
    assertThat(cache.get("k", source, TIMED)).isEqualTo("v2");
  }

  @Test
  void executorWithoutThreadsLeft_leavesARefreshedCopyWhereItIs() throws Exception {
    BackedCache<String, String> cache = cache(open(b -> b.executor(OUT_OF_THREADS)));
    Policy policy = Policy.ttl(TTL).refreshAhead(0.1);
    cache.get("k", source, policy);
    clock.advance(TTL.dividedBy(2));
    assertThat(cache.get("k", source, policy)).isEqualTo("v1");
    pastTtl();
    source.answer("v2");
    assertThat(cache.get("k", source, policy)).isEqualTo("v2");
  }

  private static final Executor OUT_OF_THREADS =
      task -> {
        throw new OutOfMemoryError("unable to create native thread");
      };
}
