package dev.backstop.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Codec;
import dev.backstop.GenericType;
import dev.backstop.testing.Effort;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.H2Database;
import dev.backstop.testing.Threads;
import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Class loaders come and go: with a Backstop in them, or with what a Backstop holds. */
@Tag("reliability")
class ClassLoaderTest {
  private static final int LOADERS = 4;

  /** Java 17 keeps the class loader whose records were compared last. */
  private static final int PINNED = 1;

  /** Everything is in the loader: library, driver and values. */
  @Test
  void aBackstopThatWasClosed_keepsNoClassLoader() throws Exception {
    List<WeakReference<ClassLoader>> gone = new ArrayList<>();
    for (int i = 0; i < Effort.of(2, LOADERS); i++) {
      gone.add(used());
    }
    Eventually.holds(() -> alive(gone) <= PINNED, "class loaders end");
  }

  /** On a thread of its own, which ends with all that it holds. */
  private static WeakReference<ClassLoader> used() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      return thread
          .submit(
              () -> {
                try (URLClassLoader loader = own(ClassLoader.getPlatformClassLoader())) {
                  Thread.currentThread().setContextClassLoader(loader);
                  assertThat(call(loader, LoadedProgram.class)).isEqualTo("v1, v1");
                  Thread.currentThread().setContextClassLoader(null);
                  return new WeakReference<ClassLoader>(loader);
                }
              })
          .get(); // it loads and links everything anew, which takes its time
    } finally {
      thread.shutdown();
    }
  }

  /** Only the values are in the loader; the Backstop outlives them. */
  @Test
  void aBackstopThatLivesOn_keepsNoClassLoaderOfValuesThatWereCleared() throws Exception {
    try (H2Database database = H2Database.inMemory();
        Backstop backstop = Backstop.builder().dataSource(database.dataSource()).build()) {
      BackedCache<String, Object> cache =
          backstop.cache(
              CacheSpec.of("objects", String.class, Object.class)
                  .ttl(Duration.ofHours(1))
                  .codec(new Texts()));
      List<WeakReference<ClassLoader>> gone = new ArrayList<>();
      for (int i = 0; i < LOADERS; i++) {
        gone.add(hold(cache));
      }
      cache.clear();
      Eventually.holds(() -> alive(gone) <= PINNED, "class loaders end");
    }
  }

  private static WeakReference<ClassLoader> hold(BackedCache<String, Object> cache)
      throws Exception {
    return Threads.start(
            () -> {
              try (URLClassLoader loader = own(ClassLoader.getPlatformClassLoader())) {
                assertThat(cache.get("k", () -> call(loader, LoadedValue.class))).isNotNull();
                cache.expire("k");
                assertThat( // what stands in, and why, is of that loader as well
                        cache.get(
                            "k",
                            () -> {
                              throw new IOException("down");
                            }))
                    .isNotNull();
                cache.expire("k");
                return new WeakReference<ClassLoader>(loader);
              }
            })
        .join();
  }

  private static Object call(ClassLoader loader, Class<?> program) throws Exception {
    return ((Callable<?>)
            Class.forName(program.getName(), true, loader).getDeclaredConstructor().newInstance())
        .call();
  }

  private static URLClassLoader own(ClassLoader parent) throws IOException {
    List<URL> urls = new ArrayList<>();
    for (String path :
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
            .split(File.pathSeparator)) {
      urls.add(Path.of(path).toUri().toURL());
    }
    return new URLClassLoader(urls.toArray(URL[]::new), parent);
  }

  private static long alive(List<WeakReference<ClassLoader>> loaders) {
    System.gc();
    return loaders.stream().filter(loader -> loader.get() != null).count();
  }

  /** Values of any class, as their texts. */
  private record Texts() implements Codec {
    @Override
    public String id() {
      return "texts";
    }

    @Override
    public int format() {
      return 1;
    }

    @Override
    public <V> byte[] encode(V value, GenericType<V> type) {
      return value.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    @SuppressWarnings("unchecked") // for Object alone
    public <V> V decode(byte[] blob, int format, GenericType<V> type) {
      return (V) new String(blob, StandardCharsets.UTF_8);
    }
  }
}
