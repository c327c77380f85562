package dev.backstop.jcache;

import dev.backstop.CacheTier;
import java.util.Objects;
import java.util.function.Predicate;
import javax.cache.Cache;
import org.jspecify.annotations.Nullable;

/**
 * A cache of any JSR-107 provider as a tier, so in another process, on other machines, or wherever
 * the provider keeps it.
 *
 * <p>The cache is yours: you configure it, and you close it, after the Backstop. Its keys are of
 * type {@code String}, up to 600 characters of any script, its values of type {@code byte[]}:
 *
 * <pre>{@code
 * Cache<String, byte[]> shared =
 *     manager.createCache(
 *         "backstop",
 *         new MutableConfiguration<String, byte[]>().setTypes(String.class, byte[].class));
 * CacheTier tier = JCacheTier.of("grid", shared);
 * }</pre>
 *
 * <ul>
 *   <li>Give it an expiry no shorter than values are to stay, or none; a limit in entries or bytes,
 *       where it has one, is what bounds it.
 *   <li>By value or by reference are both right: Backstop does not change bytes that it gave or
 *       got.
 *   <li>No loader and no writer: what is not in the cache must be absent.
 *   <li>Nothing else may write to it, but several caches, and several Backstops, may share it.
 *   <li>{@link #removeIf} goes through all entries, of other caches too. Where the cache is on
 *       other machines, they come over the network.
 *   <li>What the provider throws makes Backstop go without the tier for a while, and so does a
 *       cache that you closed.
 * </ul>
 */
public final class JCacheTier implements CacheTier {
  private final String name;
  private final Cache<String, byte[]> cache;

  private JCacheTier(String name, Cache<String, byte[]> cache) {
    this.name = name;
    this.cache = cache;
  }

  /**
   * A tier that is that cache.
   *
   * @param name for logs and reports, see {@link CacheTier#name()}; the cache's own may be longer
   */
  public static JCacheTier of(String name, Cache<String, byte[]> cache) {
    return new JCacheTier(
        Objects.requireNonNull(name, "name must not be null"),
        Objects.requireNonNull(cache, "cache must not be null"));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public byte @Nullable [] get(String key) {
    return cache.get(key);
  }

  @Override
  public void put(String key, byte[] bytes) {
    cache.put(key, bytes);
  }

  @Override
  public void remove(String key) {
    cache.remove(key);
  }

  @Override
  public void removeIf(Predicate<? super String> keys) {
    for (Cache.Entry<String, byte[]> entry : cache) {
      if (keys.test(entry.getKey())) {
        cache.remove(entry.getKey());
      }
    }
  }

  @Override
  public String toString() {
    return "JCacheTier " + name + " of " + cache.getName();
  }
}
