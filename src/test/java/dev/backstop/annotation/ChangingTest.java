package dev.backstop.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.cdi.Application;
import dev.backstop.cdi.CacheName;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Methods that change data, and what the caches hold after them. */
class ChangingTest {
  @ApplicationScoped
  static class Editor {
    final AtomicReference<Throwable> trouble = new AtomicReference<>();
    final CompletableFuture<String> stage = new CompletableFuture<>();
    final StringBuilder done = new StringBuilder();

    private void work() throws Exception {
      if (trouble.get() instanceof Error error) {
        throw error;
      }
      if (trouble.get() != null) {
        throw (Exception) trouble.get();
      }
      done.append("done ");
    }

    String done() {
      return done.toString();
    }

    void fails(Throwable failure) {
      trouble.set(failure);
    }

    Throwable trouble() {
      return trouble.get();
    }

    CompletableFuture<String> stage() {
      return stage;
    }

    @Expires(cache = "feeds")
    void expire(@CacheKey String name, int ignored) throws Exception {
      work();
    }

    @Removes(cache = "feeds")
    String remove(String name) throws Exception {
      work();
      return "removed";
    }

    @Removes(
        cache = "feeds",
        alsoOn = {IOException.class, AssertionError.class})
    void tryToRemove(String name) throws Exception {
      work();
    }

    @Expires(cache = "feeds", all = true)
    void expireAll(long anything) throws Exception {
      work();
    }

    @Expires(cache = "pages", all = true)
    @Removes(cache = "feeds")
    @Removes(cache = "notes")
    void removeInTwo(String name) throws Exception {
      work();
    }

    @Removes(cache = "feeds", alsoOn = IOException.class)
    CompletionStage<String> later(String name) {
      return stage;
    }
  }

  static class Injected {
    @Inject
    @CacheName("feeds")
    BackedCache<String, String> feeds;

    @Inject
    @CacheName("notes")
    BackedCache<String, String> notes;

    @Inject
    @CacheName("pages")
    BackedCache<Long, String> pages;

    @Inject Editor editor;
  }

  private Application application;
  private Editor editor;
  private BackedCache<String, String> feeds;
  private BackedCache<String, String> notes;
  private BackedCache<Long, String> pages;

  @BeforeEach
  void fill() {
    application = Application.onH2("changes").start(Editor.class, Injected.class);
    Injected injected = application.bean(Injected.class);
    editor = injected.editor;
    feeds = injected.feeds;
    notes = injected.notes;
    pages = injected.pages;
    feeds.put("a", "A");
    feeds.put("b", "B");
    notes.put("a", "A");
    pages.put(1L, "one");
  }

  @AfterEach
  void close() {
    application.close();
  }

  private Origin originOf(String name) throws Exception {
    return feeds
        .entry(
            name,
            () -> {
              throw new FileNotFoundException(name);
            },
            Policy.unset())
        .origin();
  }

  @Test
  void expiry_endsTheFreshnessOfOneKey() throws Exception {
    editor.expire("a", 1);
    assertThat(originOf("a")).isEqualTo(Origin.STAND_IN);
    assertThat(originOf("b")).isEqualTo(Origin.FAST);
  }

  @Test
  void removal_forgetsOneKey() throws Exception {
    assertThat(editor.remove("a")).isEqualTo("removed");
    assertThatThrownBy(() -> originOf("a")).isInstanceOf(FileNotFoundException.class);
    assertThat(originOf("b")).isEqualTo(Origin.FAST);
  }

  @Test
  void all_isTheWholeCache() throws Exception {
    editor.expireAll(1);
    assertThat(originOf("a")).isEqualTo(Origin.STAND_IN);
    assertThat(originOf("b")).isEqualTo(Origin.STAND_IN);
  }

  @Test
  void severalChanges_areAllDone() throws Exception {
    editor.removeInTwo("a");
    assertThat(feeds.peek("a")).isEmpty();
    assertThat(notes.peek("a")).isEmpty();
    assertThat(pages.contains(1L)).isFalse();
    assertThat(feeds.contains("b")).isTrue();
  }

  @Test
  void failure_changesNothing_andIsTheSameObject() {
    editor.fails(new IOException("down"));
    assertThatThrownBy(() -> editor.remove("a")).isSameAs(editor.trouble());
    assertThatThrownBy(() -> editor.expire("a", 1)).isSameAs(editor.trouble());
    assertThat(feeds.contains("a")).isTrue();
  }

  @Test
  void failureThatIsNamed_changesAllTheSame() {
    editor.fails(new IllegalStateException("odd"));
    assertThatThrownBy(() -> editor.tryToRemove("a")).isSameAs(editor.trouble());
    assertThat(feeds.contains("a")).isTrue();
    editor.fails(new FileNotFoundException("gone")); // one of IOException's
    assertThatThrownBy(() -> editor.tryToRemove("a")).isSameAs(editor.trouble());
    assertThat(feeds.contains("a")).isFalse();
    editor.fails(new AssertionError("odd"));
    assertThatThrownBy(() -> editor.tryToRemove("b")).isSameAs(editor.trouble());
    assertThat(feeds.contains("b")).isFalse();
  }

  @Test
  void keyThatIsNull_isToldBeforeTheMethodRuns() {
    assertThatNullPointerException()
        .isThrownBy(() -> editor.remove(null))
        .withMessage(
            Editor.class.getName() + ".remove: parameter 1 is the key, and must not be null");
    assertThat(editor.done()).isEmpty();
  }

  @Test
  void stage_changesWhenItIsComplete() {
    CompletableFuture<String> told = editor.later("a").toCompletableFuture();
    assertThat(feeds.contains("a")).isTrue();
    assertThat(told).isNotDone();
    editor.stage().complete("yes");
    assertThat(told).isCompletedWithValue("yes");
    assertThat(feeds.contains("a")).isFalse();
  }

  @Test
  void stageThatFails_changesOnlyWhatIsNamed_andIsTheSameObject() {
    IllegalStateException odd = new IllegalStateException("odd");
    CompletableFuture<String> told = editor.later("a").toCompletableFuture();
    AtomicReference<Throwable> met = new AtomicReference<>();
    CompletableFuture<String> watched = told.whenComplete((value, failure) -> met.set(failure));
    editor.stage().completeExceptionally(odd);
    assertThat(watched).isCompletedExceptionally();
    assertThat(met.get()).isSameAs(odd);
    assertThat(feeds.contains("a")).isTrue();
  }

  @Test
  void stageThatFailsAsNamed_changes() {
    CompletableFuture<String> told = editor.later("a").toCompletableFuture();
    editor.stage().completeExceptionally(new FileNotFoundException("gone"));
    assertThat(told).isCompletedExceptionally();
    assertThat(feeds.contains("a")).isFalse();
  }
}
