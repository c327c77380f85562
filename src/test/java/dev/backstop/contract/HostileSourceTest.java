package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.ChangedSince;
import dev.backstop.Codec;
import dev.backstop.GenericType;
import dev.backstop.LoadTimeoutException;
import dev.backstop.Loader;
import dev.backstop.Policy;
import dev.backstop.codec.JsonCodec;
import dev.backstop.testing.Outcome;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ServiceConfigurationError;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A source, and what comes with it, may do anything: its callers get what the table promises. */
class HostileSourceTest extends Fixture {
  private static final Policy POLICY = Policy.ttl(TTL);

  private final Source source = new Source("v1");

  /** Failures that can't be told, logged or looked into without another. */
  enum Untellable {
    MESSAGE_THROWS(new Tells(new IllegalStateException("in getMessage"), null)),
    MESSAGE_NEVER_ENDS(new Tells(new StackOverflowError("in getMessage"), null)),
    MESSAGE_FAILS_TO_LINK(new Tells(new NoClassDefFoundError("in getMessage"), null)),
    CAUSE_THROWS(new Tells(null, new AssertionError("in getCause"))),
    CAUSES_ARE_A_CIRCLE(circle());

    final RuntimeException failure;

    Untellable(RuntimeException failure) {
      this.failure = failure;
    }

    private static RuntimeException circle() {
      RuntimeException inner = new RuntimeException("inner");
      RuntimeException outer = new RuntimeException("outer", inner);
      inner.initCause(outer);
      return outer;
    }
  }

  private static final class Tells extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final @Nullable Throwable ofMessage;
    private final @Nullable Throwable ofCause;

    Tells(@Nullable Throwable ofMessage, @Nullable Throwable ofCause) {
      this.ofMessage = ofMessage;
      this.ofCause = ofCause;
    }

    @Override
    public String getMessage() {
      if (ofMessage != null) {
        throw HostileSourceTest.<RuntimeException>sneak(ofMessage);
      }
      return "told";
    }

    @Override
    public synchronized @Nullable Throwable getCause() {
      if (ofCause != null) {
        throw HostileSourceTest.<RuntimeException>sneak(ofCause);
      }
      return null;
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <X extends Throwable> RuntimeException sneak(Throwable failure) throws X {
    throw (X) failure;
  }

  @ParameterizedTest
  @EnumSource
  void aFailureThatCannotBeTold_isStoodInForAllTheSame(Untellable kind) throws Exception {
    BackedCache<String, String> cache = cache();
    Loader<String, Exception> failing =
        () -> {
          throw kind.failure;
        };
    assertThat(call(() -> cache.get("none", failing)).failure()).isSameAs(kind.failure);
    cache.get("k", source);
    pastTtl();
    assertThat(call(() -> cache.get("k", failing)).value()).isEqualTo("v1");
    assertThat(call(() -> cache.entry("k", failing, POLICY)).value().failure().type())
        .isEqualTo(kind.failure.getClass().getName());
  }

  @ParameterizedTest
  @EnumSource
  void aCodecsFailureThatCannotBeTold_leavesTheValueWithoutBackup(Untellable kind)
      throws Exception {
    BackedCache<String, String> cache = cache(open(b -> b.codec(new Failing(kind.failure))));
    assertThat(call(() -> cache.get("k", source)).value()).isEqualTo("v1");
    assertThat(cache.peek("k").orElseThrow().value()).isEqualTo("v1");
    assertThat(call(() -> cache.put("k", "v2")).failure())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource
  void aQuestionsFailureThatCannotBeTold_leavesTheFastCopy(Untellable kind) throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    ChangedSince question =
        stamp -> {
          throw kind.failure;
        };
    assertThat(call(() -> cache.get("k", source, POLICY.changedSince(question))).value())
        .isEqualTo("v1");
    assertThat(source.calls()).isEqualTo(1);
  }

  /** Errors that say nothing of this process, but of a part that was handed in. */
  enum OfAPart {
    ASSERTION(new AssertionError("assert")),
    SERVICE(new ServiceConfigurationError("no provider")),
    LINKAGE(new ExceptionInInitializerError("static")),
    OWN(new Error("own") {});

    final Error error;

    OfAPart(Error error) {
      this.error = error;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCodecThatThrowsAnError_leavesTheValueWithoutBackup(OfAPart part) throws Exception {
    BackedCache<String, String> cache = cache(open(b -> b.codec(new Failing(part.error))));
    assertThat(call(() -> cache.get("k", source)).value()).isEqualTo("v1");
    assertThat(cache.peek("k").orElseThrow().value()).isEqualTo("v1");
    assertThat(call(() -> cache.put("k", "v2")).failure())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource
  void aCodecThatThrowsAnErrorWhenItReads_leavesNothingThatStandsIn(OfAPart part) throws Exception {
    cache().get("k", source);
    closeAll();
    BackedCache<String, String> cache = cache(open(b -> b.codec(new Failing(part.error))));
    assertThat(call(() -> cache.peek("k")).value()).isEmpty();
    pastTtl();
    IOException failure = source.fail();
    assertThat(call(() -> cache.get("k", source)).failure()).isSameAs(failure);
  }

  @ParameterizedTest
  @EnumSource
  void aPredicateThatThrowsAnError_acceptsNothing(OfAPart part) throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    pastTtl();
    IOException failure = source.fail();
    Policy policy =
        POLICY.standInOn(
            any -> {
              throw part.error;
            });
    assertThat(call(() -> cache.get("k", source, policy)).failure()).isSameAs(failure);
    assertThat(failure.getSuppressed()).contains(part.error);
  }

  @Test
  void aThrowableThatIsNeitherExceptionNorError_isItsCallersOwn() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    pastTtl();
    Throwable odd = new Throwable("odd");
    Loader<String, RuntimeException> loader =
        () -> {
          throw HostileSourceTest.<RuntimeException>sneak(odd);
        };
    assertThat(call(() -> cache.get("k", loader)).failure()).isSameAs(odd);
    assertThat(cache.get("k", source)).isEqualTo("v1");
  }

  @Test
  void aCheckedExceptionThatNobodyDeclared_isStoodInFor() throws Exception {
    BackedCache<String, String> cache = cache();
    IOException sneaked = new IOException("sneaked");
    Loader<String, RuntimeException> loader =
        () -> {
          throw HostileSourceTest.<RuntimeException>sneak(sneaked);
        };
    assertThat(call(() -> cache.get("k", loader)).failure()).isSameAs(sneaked);
    cache.get("k", source);
    pastTtl();
    assertThat(cache.get("k", loader)).isEqualTo("v1");
  }

  @Test
  void aLoaderThatInterruptsItsCaller_leavesTheFlagAndADurableBackup() throws Exception {
    BackedCache<String, String> cache = cache();
    AtomicBoolean flag = new AtomicBoolean();
    Started<String> caller =
        Threads.start(
            () -> {
              String value =
                  cache.get(
                      "k",
                      () -> {
                        Thread.currentThread().interrupt();
                        return source.load();
                      });
              flag.set(Thread.interrupted());
              return value;
            });
    assertThat(caller.join()).isEqualTo("v1");
    assertThat(flag).isTrue();
    assertThat(ask("select count(*) from backstop_backup")).isEqualTo("1");
  }

  @Test
  void aLoaderThatClosesItsBackstop_isAnswered() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    Loader<String, Exception> closing =
        () -> {
          backstop.close();
          return source.load();
        };
    assertThat(call(() -> cache.get("k", closing)).value()).isEqualTo("v1");
    assertThatThrownBy(() -> cache.get("k", source)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aLoaderThatClosesItsBackstopAndFails_hasItsOwnException() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    cache.get("k", source);
    pastTtl();
    IOException failure = source.fail();
    Loader<String, Exception> closing =
        () -> {
          backstop.close();
          return source.load();
        };
    // The copy in hand went with the tiers, the row with the pool.
    assertThat(call(() -> cache.get("k", closing)).failure()).isSameAs(failure);
  }

  @Test
  void aTimedLoaderThatClosesItsBackstop_isAnswered() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    Policy timed = POLICY.hardTimeout(Duration.ofMinutes(1));
    Loader<String, Exception> closing =
        () -> {
          backstop.close();
          return source.load();
        };
    assertThat(call(() -> cache.get("k", closing, timed)).value()).isEqualTo("v1");
  }

  @Test
  void aLoaderThatWaitsForThreadsThatWaitForIt_isHeldByTheHardTimeoutAlone() throws Exception {
    BackedCache<String, String> cache = cache();
    Policy timed = POLICY.hardTimeout(Duration.ofMillis(300));
    Loader<String, Exception> circle =
        () -> Threads.start(() -> cache.get("k", source)).outcome().value();
    assertThat(call(() -> cache.get("k", circle, timed)).failure())
        .isInstanceOf(LoadTimeoutException.class);
    assertThat(cache.get("k", source, timed)).isEqualTo("v1");
  }

  private interface Call<T> {
    T get() throws Exception;
  }

  private interface Change {
    void make() throws Exception;
  }

  /** On a thread of its own: JUnit takes some errors that reach it for its own. */
  private static <T> Outcome<T> call(Call<T> call) throws InterruptedException {
    return Threads.<T>start(call::get).outcome();
  }

  private static Outcome<Void> call(Change change) throws InterruptedException {
    return Threads.<Void>start(
            () -> {
              change.make();
              return null;
            })
        .outcome();
  }

  /** Throws that, whatever it is asked. */
  private record Failing(Throwable failure) implements Codec {
    private static final Codec JSON = new JsonCodec();

    @Override
    public String id() {
      return JSON.id();
    }

    @Override
    public int format() {
      return JSON.format();
    }

    @Override
    public <V> byte[] encode(V value, GenericType<V> type) {
      throw HostileSourceTest.<RuntimeException>sneak(failure);
    }

    @Override
    public <V> V decode(byte[] blob, int format, GenericType<V> type) {
      throw HostileSourceTest.<RuntimeException>sneak(
          failure instanceof RuntimeException ? new CompletionException(failure) : failure);
    }
  }
}
