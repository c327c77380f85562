package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.LoadTimeoutException;
import dev.backstop.Policy;
import dev.backstop.testing.Outcome;
import dev.backstop.testing.Threads;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An executor that was handed in may do anything with a load but run it. */
class HostileExecutorTest extends Fixture {
  private static final Policy TIMED = Policy.ttl(TTL).hardTimeout(Duration.ofMinutes(1));
  private static final Policy AHEAD = Policy.ttl(TTL).refreshAhead(0.1);

  private final Source source = new Source("v1");

  /** What executors do. */
  enum Kind implements Executor {
    THROWS_AN_ERROR {
      @Override
      public void execute(Runnable task) {
        throw new AssertionError("of the executor");
      }
    },
    THROWS_WHAT_IT_MAY_NOT {
      @Override
      public void execute(Runnable task) {
        throw Kind.<RuntimeException>sneak(new Throwable("of the executor"));
      }
    },
    RUNS_IT_TWICE {
      @Override
      public void execute(Runnable task) {
        task.run();
        task.run();
      }
    },
    RUNS_IT_TWICE_AT_ONCE {
      @Override
      public void execute(Runnable task) {
        Thread other = new Thread(task);
        other.start();
        task.run();
        Kind.join(other);
      }
    },
    RUNS_IT_AND_THROWS {
      @Override
      public void execute(Runnable task) {
        task.run();
        throw new AssertionError("of the executor");
      }
    },
    RUNS_IT_ON_THE_CALLERS_THREAD {
      @Override
      public void execute(Runnable task) {
        task.run();
      }
    };

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> RuntimeException sneak(Throwable failure) throws X {
      throw (X) failure;
    }

    private static void join(Thread thread) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTimedLoad_isAnsweredByOneCallOfTheLoader(Kind kind) throws Exception {
    BackedCache<String, String> cache = cache(open(b -> b.executor(kind)));
    assertThat(call(() -> cache.get("k", source, TIMED)).value()).isEqualTo("v1");
    assertThat(source.calls()).isEqualTo(1);
    assertThat(cache.peek("k").orElseThrow().value()).isEqualTo("v1");
    assertThat(ask("select count(*) from backstop_backup where blob is not null")).isEqualTo("1");
    pastTtl();
    source.answer("v2");
    assertThat(call(() -> cache.get("k", source, TIMED)).value()).isEqualTo("v2");
  }

  @ParameterizedTest
  @EnumSource
  void aRefreshAhead_leavesItsCallersTheCopy(Kind kind) throws Exception {
    BackedCache<String, String> cache = cache(open(b -> b.executor(kind)));
    cache.get("k", source, AHEAD);
    clock.advance(TTL.dividedBy(2));
    assertThat(call(() -> cache.get("k", source, AHEAD)).value()).isEqualTo("v1");
    pastTtl();
    source.answer("v2");
    assertThat(call(() -> cache.get("k", source, AHEAD)).value()).isEqualTo("v2");
  }

  @Test
  void whatIsNeverRun_isHeldByTheHardTimeout_andIsNoLoadThatHangs() throws Exception {
    Queue<Runnable> dropped = new ConcurrentLinkedQueue<>();
    BackedCache<String, String> cache = cache(open(b -> b.executor(dropped::add)));
    Policy timed = Policy.ttl(TTL).hardTimeout(Duration.ofMillis(20));
    for (int i = 0; i < 4; i++) {
      assertThat(call(() -> cache.get("k", source, timed)).failure())
          .isInstanceOf(LoadTimeoutException.class);
    }
    assertThat(dropped).hasSize(4); // each was tried: none of those before it hangs
    assertThat(call(() -> cache.get("k", source)).value()).isEqualTo("v1");
    dropped.forEach(Runnable::run);
    assertThat(source.calls()).isEqualTo(1); // nobody waits for them any more
  }

  @Test
  void aRefreshThatIsNeverRun_holdsUpNobody() throws Exception {
    Queue<Runnable> dropped = new ConcurrentLinkedQueue<>();
    BackedCache<String, String> cache = cache(open(b -> b.executor(dropped::add)));
    cache.get("k", source, AHEAD);
    clock.advance(TTL.dividedBy(2));
    assertThat(call(() -> cache.get("k", source, AHEAD)).value()).isEqualTo("v1");
    assertThat(dropped).hasSize(1);
    pastTtl();
    source.answer("v2");
    assertThat(call(() -> cache.get("k", source)).value()).isEqualTo("v2");
    dropped.forEach(Runnable::run);
    assertThat(source.calls()).isEqualTo(2);
  }

  /** On a thread of its own: JUnit takes some errors that reach it for its own. */
  private static Outcome<String> call(Callable<String> call) throws InterruptedException {
    return Threads.<String>start(call).outcome();
  }
}
