package dev.backstop.annotation;

import dev.backstop.BackedCache;
import dev.backstop.BackupUnavailableException;
import dev.backstop.CacheTier;
import dev.backstop.Entry;
import dev.backstop.Policy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One of ours: a result is loaded, and a method that fails is a load for which a backup stands in.
 */
record StandardOwnCache(Supplier<BackedCache<Object, Object>> cache) implements StandardCache {
  private static final Logger LOG = System.getLogger("dev.backstop");

  /** Loads in any case, into the heap alone. */
  private static final Policy AFRESH =
      Policy.unset()
          .withoutReading(CacheTier.HEAP, CacheTier.BACKUPS)
          .withoutWriting(CacheTier.BACKUPS);

  @Override
  public @Nullable Object get(Object key, Callable<@Nullable Object> method) throws Exception {
    return cache.get().get(key, method::call);
  }

  @Override
  public void set(Object key, @Nullable Object value) {
    change(
        () -> {
          if (value == null) {
            cache.get().remove(key);
          } else {
            cache.get().put(key, value);
          }
        });
  }

  @Override
  public void remove(Object key) {
    change(() -> cache.get().remove(key));
  }

  @Override
  public void removeAll() {
    change(() -> cache.get().clear());
  }

  /** That it is not durable yet is for the log: the method has done its work. */
  private static void change(Runnable work) {
    try {
      work.run();
    } catch (BackupUnavailableException queued) {
      LOG.log(Level.DEBUG, "A change is not durable yet", queued);
    }
  }

  @Override
  public @Nullable Throwable failure(Object key) {
    return cache
        .get()
        .peek(key)
        .map(Entry::value)
        .map(known -> ((StandardFailure) known).thrown())
        .orElse(null);
  }

  @Override
  public void fail(Object key, Throwable failure) {
    cache.get().get(key, () -> StandardFailure.of(failure), AFRESH);
  }
}
