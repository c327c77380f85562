package dev.backstop.annotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.cdi.Application;
import dev.backstop.cdi.CacheName;
import dev.backstop.testing.Started;
import dev.backstop.testing.TestDatabase;
import dev.backstop.testing.TestDatabases;
import dev.backstop.testing.Threads;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Loaders whose value is complete later. */
class StagesTest {
  @ApplicationScoped
  static class Reader {
    final AtomicInteger calls = new AtomicInteger();
    final AtomicReference<CompletableFuture<List<String>>> next = new AtomicReference<>();

    @Backed(cache = "feeds")
    CompletionStage<List<String>> read(String name) {
      calls.incrementAndGet();
      return next.get();
    }

    @Backed(cache = "numbers")
    CompletableFuture<Integer> number(String name) throws IOException {
      throw new IOException(name);
    }

    int calls() {
      return calls.get();
    }

    void next(CompletableFuture<List<String>> stage) {
      next.set(stage);
    }
  }

  static class Injected {
    @Inject
    @CacheName("feeds")
    BackedCache<String, List<String>> feeds;

    @Inject Reader reader;
  }

  private static Throwable failureOf(CompletionStage<?> stage) {
    AtomicReference<Throwable> met = new AtomicReference<>();
    CompletionStage<?> watched = stage.whenComplete((value, failure) -> met.set(failure));
    assertThat(watched.toCompletableFuture()).isDone();
    return met.get();
  }

  @Test
  void completedValue_isWhatIsCached_andBackedUp() throws Exception {
    try (TestDatabase database = TestDatabases.create()) {
      try (Application application = Application.on(database).start(Reader.class, Injected.class)) {
        Reader reader = application.bean(Reader.class);
        reader.next(CompletableFuture.supplyAsync(() -> List.of("x")));
        assertThat(reader.read("a").toCompletableFuture()).isCompletedWithValue(List.of("x"));
        assertThat(reader.read("a").toCompletableFuture()).isCompletedWithValue(List.of("x"));
        assertThat(reader.calls()).isEqualTo(1);
        assertThat(application.bean(Injected.class).feeds.peek("a")).isPresent();
      }
      try (Application again = Application.on(database).start(Reader.class)) {
        Reader reader = again.bean(Reader.class);
        reader.next(CompletableFuture.failedFuture(new IOException("down")));
        assertThat(reader.read("a").toCompletableFuture()).isCompletedWithValue(List.of("x"));
      }
    }
  }

  @Test
  void failedStage_isALoadThatFailed_andTheSameObject() {
    try (Application application = Application.onH2("stages").start(Reader.class)) {
      Reader reader = application.bean(Reader.class);
      for (Throwable failure : List.of(new IOException("down"), new AssertionError("odd"))) {
        reader.next(CompletableFuture.failedFuture(failure));
        assertThat(failureOf(reader.read("a"))).isSameAs(failure);
      }
      reader.next(
          CompletableFuture.supplyAsync(
              () -> {
                throw new IllegalStateException("wrapped");
              }));
      assertThat(failureOf(reader.read("a"))).isInstanceOf(IllegalStateException.class);
      reader.next(null);
      assertThat(reader.read("a").toCompletableFuture()).isCompletedWithValue(null);
    }
  }

  @Test
  void methodThatThrows_isAStageThatFailed() throws IOException {
    try (Application application = Application.onH2("stages").start(Reader.class)) {
      assertThat(failureOf(application.bean(Reader.class).number("one")))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void callers_waitForOneStage() throws Exception {
    try (Application application = Application.onH2("stages").start(Reader.class)) {
      Reader reader = application.bean(Reader.class);
      CompletableFuture<List<String>> slow = new CompletableFuture<>();
      reader.next(slow);
      Started<Object> one = Threads.start(() -> reader.read("a").toCompletableFuture().join());
      Threads.awaitWaiting(one.thread());
      Started<Object> other = Threads.start(() -> reader.read("a").toCompletableFuture().join());
      Threads.awaitWaiting(other.thread());
      slow.complete(List.of("x"));
      assertThat(one.join()).isEqualTo(List.of("x"));
      assertThat(other.join()).isEqualTo(List.of("x"));
      assertThat(reader.calls()).isEqualTo(1);
    }
  }
}
