package dev.backstop.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThreadsTest {
  @Test
  void allRunAtOnce() throws Exception {
    CyclicBarrier allThere = new CyclicBarrier(8);
    assertThat(Threads.together(8, () -> allThere.await(10, TimeUnit.SECONDS)))
        .allMatch(Outcome::succeeded);
  }

  @Test
  void outcomesKeepTheOrderOfTheCallsAndTheVeryExceptions() throws Exception {
    Exception failure = new Exception("planted");
    Callable<String> fails =
        () -> {
          throw failure;
        };
    List<Outcome<String>> outcomes =
        Threads.together(List.<Callable<String>>of(() -> "a", fails, () -> null));
    assertThat(outcomes)
        .containsExactly(
            new Outcome<>("a", null),
            new Outcome<>(null, failure),
            new Outcome<String>(null, null));
  }

  @Test
  void aGateHoldsAThreadUntilItIsOpened() throws Exception {
    Gate gate = new Gate();
    Started<String> held =
        Threads.start(
            () -> {
              gate.enter();
              return "through";
            });
    gate.awaitEntered();
    Threads.awaitWaiting(held.thread());
    assertThat(held.isDone()).isFalse();
    gate.open();
    assertThat(held.join()).isEqualTo("through");
  }

  @Test
  void aThreadAtAGateCanBeInterrupted() {
    Gate gate = new Gate();
    Started<Void> held =
        Threads.start(
            () -> {
              gate.enter();
              return null;
            });
    Threads.awaitWaiting(held.thread());
    held.thread().interrupt();
    assertThatThrownBy(held::join).isInstanceOf(InterruptedException.class);
  }

  @Test
  void whoEndedDoesNotWait() throws Exception {
    Started<String> over = Threads.start(() -> "over");
    over.thread().join(10_000);
    assertThatThrownBy(() -> Threads.awaitWaiting(over.thread()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("ended instead of waiting");
  }
}
